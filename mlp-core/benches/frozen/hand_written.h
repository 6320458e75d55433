/* The two networks as a C programmer writes them: every neuron a line, and exp from math.h.
   The weights are in weights.h, layer by layer: those of each source, then the biases. */
#include <math.h>

#include "weights.h"

static inline double sigmoid(double z) {
    return 1 / (1 + exp(-z));
}

/* A neuron of `width` in its layer; `w` begins with its first weight. */
static inline double of_2(const double *w, int width, double a1, double a2) {
    return sigmoid(w[0] * a1 + w[width] * a2 + w[2 * width]);
}

static inline double of_4(const double *w, int width, double a1, double a2, double a3, double a4) {
    return sigmoid(w[0] * a1 + w[width] * a2 + w[2 * width] * a3 + w[3 * width] * a4 + w[4 * width]);
}

static inline double of_8(const double *w, int width, double a1, double a2, double a3, double a4, double a5, double a6,
                          double a7, double a8) {
    return sigmoid(w[0] * a1 + w[width] * a2 + w[2 * width] * a3 + w[3 * width] * a4 + w[4 * width] * a5 +
                   w[5 * width] * a6 + w[6 * width] * a7 + w[7 * width] * a8 + w[8 * width]);
}

static inline void written_2_2_2(const double x[2], double y[2]) {
    const double x1 = x[0], x2 = x[1];
    const double h1 = of_2(weights_2_2_2 + 0, 2, x1, x2);
    const double h2 = of_2(weights_2_2_2 + 1, 2, x1, x2);
    y[0] = of_2(weights_2_2_2 + 6, 2, h1, h2);
    y[1] = of_2(weights_2_2_2 + 7, 2, h1, h2);
}

static inline void written_4_8_8_3(const double x[4], double y[3]) {
    const double *const first = weights_4_8_8_3, *const second = first + 40, *const last = second + 72;
    const double x1 = x[0], x2 = x[1], x3 = x[2], x4 = x[3];
    const double g1 = of_4(first + 0, 8, x1, x2, x3, x4);
    const double g2 = of_4(first + 1, 8, x1, x2, x3, x4);
    const double g3 = of_4(first + 2, 8, x1, x2, x3, x4);
    const double g4 = of_4(first + 3, 8, x1, x2, x3, x4);
    const double g5 = of_4(first + 4, 8, x1, x2, x3, x4);
    const double g6 = of_4(first + 5, 8, x1, x2, x3, x4);
    const double g7 = of_4(first + 6, 8, x1, x2, x3, x4);
    const double g8 = of_4(first + 7, 8, x1, x2, x3, x4);
    const double h1 = of_8(second + 0, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h2 = of_8(second + 1, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h3 = of_8(second + 2, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h4 = of_8(second + 3, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h5 = of_8(second + 4, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h6 = of_8(second + 5, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h7 = of_8(second + 6, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    const double h8 = of_8(second + 7, 8, g1, g2, g3, g4, g5, g6, g7, g8);
    y[0] = of_8(last + 0, 3, h1, h2, h3, h4, h5, h6, h7, h8);
    y[1] = of_8(last + 1, 3, h1, h2, h3, h4, h5, h6, h7, h8);
    y[2] = of_8(last + 2, 3, h1, h2, h3, h4, h5, h6, h7, h8);
}
