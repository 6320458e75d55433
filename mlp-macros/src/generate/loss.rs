//! The loss of one example, and its derivative with respect to the predictions: step 1 of backpropagation.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

use super::{imports, inline, listed, methods};
use crate::names;
use crate::network::{Function, Network, Unrolled};

/// `loss` and `loss_of`
pub(crate) fn losses(network: &Unrolled) -> [TokenStream; 2] {
    let values = |names: &Vec<Ident>| quote!([#(pass.#names),*]);
    [loss(network), loss_of(network, &inline(network), values)]
}

/// `loss`
fn loss(network: &Unrolled) -> TokenStream {
    if !is_written_out(&network.loss) {
        return called(network, &inline(network));
    }
    let [y_pred, y_true] = [&network.output().a, &network.targets].map(|names| listed(names));
    let doc = "Half the squared error, summed over the outputs.";
    methods::loss(network, &inline(network), doc, [&y_pred, &y_true], &half_squared_error(network))
}

/// `loss` as a call, on arrays.
pub(crate) fn called<N>(network: &Network<N>, inline: &TokenStream) -> TokenStream {
    let Network { core, loss, .. } = network;
    let (imports, call) = (imports([loss], core), loss.call());
    let doc = if network.cancels() {
        format!("The loss of one example, `{loss}`, as good as rounded predictions allow; see `loss_of`.")
    } else {
        format!("The loss of one example: `{loss}`.")
    };
    let body = quote!(#imports #call(y_pred, y_true));
    methods::loss(network, inline, &doc, [&quote!(y_pred), &quote!(y_true)], &body)
}

/// `loss_of`: from the pre-activations if the derivatives of the loss and of the output activation cancel, otherwise
/// `loss` of the predictions. `values` writes the array of some of the output layer's values.
pub(crate) fn loss_of<N>(
    network: &Network<N>,
    inline: &TokenStream,
    values: impl Fn(&N) -> TokenStream,
) -> TokenStream {
    let Network { name, core, loss, .. } = network;
    let output = network.output();
    if !network.cancels() {
        let y_pred = values(&output.a);
        let doc = "The loss of one example, from its forward pass.";
        return methods::loss_of(network, inline, doc, &quote!(#name::loss(#y_pred, y_true)));
    }
    let (with_logits, z) = (loss.with_logits(), values(&output.z));
    let (imports, call) = (imports([&with_logits], core), with_logits.call());
    let doc = format!(
        "The loss of one example, `{loss}`, from the pre-activations: right even where a prediction rounds to 0 or 1."
    );
    methods::loss_of(network, inline, &doc, &quote!(#imports #call(#z, y_true)))
}

/// Whether [`step`] calls the derivative of the loss.
pub(crate) fn calls_derivative(network: &Unrolled) -> bool {
    !network.cancels() && !is_written_out(&network.loss)
}

/// Step 1 of backpropagation: `let dL_dy_pred = y_pred - y_true;`
pub(crate) fn step(network: &Unrolled) -> Vec<TokenStream> {
    let (predictions, targets) = (&network.output().a, &network.targets);
    let derivatives = predictions.iter().map(|prediction| names::derivative("L", prediction));
    if is_written_out(&network.loss) {
        let difference = |((derivative, prediction), target)| quote!(let #derivative = #prediction - #target;);
        derivatives.zip(predictions).zip(targets).map(difference).collect()
    } else {
        let call = network.loss.derivative().call();
        vec![quote!(let [#(#derivatives),*] = #call([#(#predictions),*], [#(#targets),*]);)]
    }
}

/// Steps 1 to 3 where the derivatives of loss and activation cancel: `let dL_dz1 = (y_pred1 - y_true1) / 2.0;`
pub(crate) fn cancelled_steps(network: &Unrolled) -> impl Iterator<Item = TokenStream> {
    let output = network.output();
    output.z.iter().zip(&output.a).zip(&network.targets).map(|((z, y_pred), y_true)| {
        let derivative = names::derivative("L", z);
        let difference = cancelled(network, y_pred, y_true);
        quote!(let #derivative = #difference;)
    })
}

/// `y_pred - y_true`, divided by the number of outputs if the loss is averaged.
pub(crate) fn cancelled<N>(network: &Network<N>, y_pred: &Ident, y_true: &Ident) -> TokenStream {
    let difference = quote!(#y_pred - #y_true);
    match network.averaged_outputs() {
        Some(outputs) => {
            let divisor = Literal::f64_unsuffixed(outputs.into());
            quote!((#difference) / #divisor)
        }
        None => difference,
    }
}

/// `let error = y_pred - y_true; 0.5 * error * error`
fn half_squared_error(network: &Unrolled) -> TokenStream {
    let (predictions, targets) = (&network.output().a, &network.targets);
    let errors = names::errors(targets.len());
    let sum = match &*errors {
        [error] => quote!(0.5 * #error * #error),
        errors => quote!(0.5 * (#(#errors * #errors)+*)),
    };
    quote! {
        #(let #errors = #predictions - #targets;)*
        #sum
    }
}

/// Half the squared error, the lecture's loss, is written out. All other losses are calls.
fn is_written_out(loss: &Function) -> bool {
    loss.is("half_squared_error")
}
