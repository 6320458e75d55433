/* Measures the frozen and the hand-written functions in turn. Prints for each network the nanoseconds of a prediction:
   frozen, hand-written, hand-written and inlined; of each the throughput and the latency, and of these the least and
   the median. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hand_written.h"

enum { ROUNDS = 301, PREDICTIONS = 2000, WAYS = 3 };

void frozen_2_2_2(const double x[2], double y[2]);
void frozen_4_8_8_3(const double x[4], double y[3]);
void hand_2_2_2(const double *x, double *y);
void hand_4_8_8_3(const double *x, double *y);

typedef double Measure(void);

static double inputs[PREDICTIONS][4], outputs[PREDICTIONS][4];

/* Time of this process: what other programs take does not count. */
static double nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

/* Throughput: predictions that do not depend on each other. Latency: each waits for the one before. */
#define MEASURES(function)                                     \
    static double throughput_of_##function(void) {             \
        const double start = nanoseconds();                    \
        for (int i = 0; i < PREDICTIONS; ++i) {                \
            function(inputs[i], outputs[i]);                   \
        }                                                      \
        return (nanoseconds() - start) / PREDICTIONS;          \
    }                                                          \
    static double latency_of_##function(void) {                \
        double x[4] = {0.5, 0.8, 0.1, 0.2}, y[4];              \
        const double start = nanoseconds();                    \
        for (int i = 0; i < PREDICTIONS; ++i) {                \
            function(x, y);                                    \
            x[0] = 0.5 + 1e-3 * y[0];                          \
        }                                                      \
        outputs[0][0] += x[0];                                 \
        return (nanoseconds() - start) / PREDICTIONS;          \
    }
MEASURES(frozen_2_2_2)
MEASURES(hand_2_2_2)
MEASURES(written_2_2_2)
MEASURES(frozen_4_8_8_3)
MEASURES(hand_4_8_8_3)
MEASURES(written_4_8_8_3)

#define BOTH(function) {throughput_of_##function, latency_of_##function}
static Measure *const measures[2][WAYS][2] = {
    {BOTH(frozen_2_2_2), BOTH(hand_2_2_2), BOTH(written_2_2_2)},
    {BOTH(frozen_4_8_8_3), BOTH(hand_4_8_8_3), BOTH(written_4_8_8_3)},
};

static double times[2][WAYS][2][ROUNDS];

static int compare(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void agree(const double *a, const double *b, int count) {
    for (int k = 0; k < count; ++k) {
        if (!(fabs(a[k] - b[k]) < 1e-12)) {
            fprintf(stderr, "frozen %.17g, hand-written %.17g\n", a[k], b[k]);
            exit(1);
        }
    }
}

int main(void) {
    for (int i = 0; i < PREDICTIONS; ++i) {
        double a[4], b[4];
        for (int k = 0; k < 4; ++k) {
            inputs[i][k] = (i * 7 + k * 13) % 100 / 50.0 - 1;
        }
        frozen_2_2_2(inputs[i], a);
        hand_2_2_2(inputs[i], b);
        agree(a, b, 2);
        frozen_4_8_8_3(inputs[i], a);
        hand_4_8_8_3(inputs[i], b);
        agree(a, b, 3);
    }
    for (int round = 0; round < ROUNDS; ++round) {
        for (int each = 0; each < 2 * WAYS * 2; ++each) {
            const int network = each / (WAYS * 2), way = each / 2 % WAYS, kind = each % 2;
            times[network][way][kind][round] = measures[network][way][kind]();
        }
    }
    for (int each = 0; each < 2 * WAYS * 2; ++each) {
        double *sorted = times[each / (WAYS * 2)][each / 2 % WAYS][each % 2];
        qsort(sorted, ROUNDS, sizeof *sorted, compare);
        printf("%.1f %.1f\n", sorted[0], sorted[ROUNDS / 2]);
    }
    return 0;
}
