//! Changes of the networks of a population without gradients.

use super::{Population, PopulationError};
use crate::Network;
use crate::evolution::{blend, check_mutation, crossover, mutate};
use crate::random::Rng;

impl<N: Network> Population<N> {
    /// [Mutates](mutate) every network, one after the other.
    ///
    /// ```
    /// use mlp_core::{Population, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let mut rng = mlp_core::rng(1);
    /// let mut population = Population::<Net>::random(20, &mut rng)?;
    /// let before = population.to_networks();
    /// population.mutate(1.0, 0.1, &mut rng)?;
    /// assert!(population.to_networks().iter().zip(before).all(|(after, before)| after.w11 != before.w11));
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the probability is not from 0 to 1, or the deviation is negative or not finite.
    pub fn mutate<R: Rng + ?Sized>(
        &mut self,
        probability: f64,
        deviation: f64,
        rng: &mut R,
    ) -> Result<(), PopulationError> {
        check_mutation(probability, deviation)?;
        self.change(|_, network| mutate(network, probability, deviation, rng))
    }

    /// A [`crossover`] of two of the networks.
    ///
    /// ```
    /// use mlp_core::{Population, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let mut rng = mlp_core::rng(1);
    /// let mut population = Population::<Net>::random(20, &mut rng)?;
    /// // A child of networks 3 and 8 takes the place of network 0.
    /// let child = population.crossover(3, 8, &mut rng)?;
    /// population.replace(0, &child)?;
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such network.
    pub fn crossover<R: Rng + ?Sized>(&self, mother: usize, father: usize, rng: &mut R) -> Result<N, PopulationError> {
        self.check(mother)?;
        self.check(father)?;
        Ok(crossover(&self.network_at(mother), &self.network_at(father), rng))
    }

    /// [Blends](blend) every network with the one of the same number in another population: target
    /// networks follow those that learn.
    ///
    /// ```
    /// use mlp_core::{Population, mlp};
    ///
    /// mlp!(pub struct Net: 1 => identity(1));
    /// let learning = Population::new(&[Net { w11: 4.0, b1: 1.0 }])?;
    /// let mut targets = Population::new(&[Net { w11: 0.0, b1: 1.0 }])?;
    /// targets.blend(&learning, 0.25)?;
    /// assert_eq!(targets.network(0), Some(Net { w11: 1.0, b1: 1.0 }));
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the populations differ in size, or the share is not from 0 to 1.
    pub fn blend(&mut self, other: &Self, share: f64) -> Result<(), PopulationError> {
        let (given, networks) = (other.len(), self.len());
        if given != networks {
            return Err(PopulationError::Length { what: "networks to blend with", given, networks });
        }
        self.change(|member, network| blend(network, &other.network_at(member), share))
    }

    /// Changes every network.
    fn change<E: Into<PopulationError>>(
        &mut self,
        mut change: impl FnMut(usize, &mut N) -> Result<(), E>,
    ) -> Result<(), PopulationError> {
        for member in 0..self.len() {
            let mut network = self.network_at(member);
            change(member, &mut network).map_err(Into::into)?;
            self.write(member, &network);
        }
        Ok(())
    }
}
