/* Reads the inputs of all networks, and writes their predictions and, of trained ones, their new parameters. */
#include <stdio.h>
#include <stdlib.h>

static double read_number(void) {
    double number;
    if (fread(&number, sizeof number, 1, stdin) != 1) {
        exit(1);
    }
    return number;
}

static void write_number(double number) {
    if (fwrite(&number, sizeof number, 1, stdout) != 1) {
        exit(1);
    }
}

#define READ(array, scalar, length)                                                                                   \
    for (i = 0; i < (length); i++) {                                                                                  \
        (array)[i] = (scalar)read_number();                                                                           \
    }

#define WRITE(array, length)                                                                                          \
    for (i = 0; i < (length); i++) {                                                                                  \
        write_number((double)(array)[i]);                                                                             \
    }

#define PREDICT(name, scalar, inputs, outputs)                                                                        \
    void name(const scalar x[inputs], scalar y[outputs]);                                                             \
    static void run_##name(long rows) {                                                                               \
        int i;                                                                                                        \
        scalar x[inputs], y[outputs];                                                                                 \
        while (rows-- > 0) {                                                                                          \
            READ(x, scalar, inputs)                                                                                   \
            name(x, y);                                                                                               \
            WRITE(y, outputs)                                                                                         \
        }                                                                                                             \
    }

/* The parameters are the numbers of a struct, in their order. */
#define TRAIN(name, scalar, inputs, outputs, parameters, steps, learning_rate)                                        \
    typedef struct { scalar numbers[parameters]; } name##_net;                                                        \
    extern const name##_net name##_trained;                                                                           \
    void name(const name##_net *net, const scalar x[inputs], scalar y[outputs]);                                      \
    void name##_train(name##_net *net, const scalar x[inputs], const scalar y_true[outputs], scalar rate);            \
    static void run_##name(long rows) {                                                                               \
        int i, step;                                                                                                  \
        scalar x[inputs], y[outputs];                                                                                 \
        name##_net net = name##_trained;                                                                              \
        while (rows-- > 0) {                                                                                          \
            READ(x, scalar, inputs)                                                                                   \
            name(&net, x, y);                                                                                         \
            WRITE(y, outputs)                                                                                         \
        }                                                                                                             \
        for (step = 0; step < steps; step++) {                                                                        \
            READ(x, scalar, inputs)                                                                                   \
            READ(y, scalar, outputs)                                                                                  \
            name##_train(&net, x, y, (scalar)learning_rate);                                                          \
        }                                                                                                             \
        WRITE(net.numbers, parameters)                                                                                \
    }
