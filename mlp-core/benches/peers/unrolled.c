/* The workloads in C, with the networks that unrolled.py writes into unrolled.h. -DSINGLE: with float instead of double.
   The argument is the name to report. */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef SINGLE
typedef float T;
#define NAME "f32"
#define SIGMOID(z) (1 / (1 + expf(-(z))))
#else
typedef double T;
#define NAME "f64"
#define SIGMOID(z) (1 / (1 + exp(-(z))))
#endif
#include "unrolled.h"

#define TRIALS 9
#define RATE ((T)0.5)
/* The compiler must assume that the memory behind p is read and written here. */
#define KEEP(p) __asm__ volatile("" ::"r"(p) : "memory")

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double *array(const char *network, const char *suffix, int *count) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s%s.f64", getenv("PEERS_DATA"), network, suffix);
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  double *values = malloc((size_t)size);
  if (fread(values, 1, (size_t)size, file) != (size_t)size) { perror(path); exit(1); }
  fclose(file);
  *count = (int)(size / 8);
  return values;
}

static T *rounded(const char *network, const char *suffix, int *count) {
  double *values = array(network, suffix, count);
  T *result = malloc((size_t)*count * sizeof(T));
  for (int i = 0; i < *count; i++) result[i] = (T)values[i];
  free(values);
  return result;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report(const char *peer, const char *workload, const char *network, double *times, const T *found, const char *suffix) {
  int count;
  double *expected = array(network, suffix, &count), deviation = 0;
  for (int i = 0; i < count; i++) deviation = fmax(deviation, fabs((double)found[i] - expected[i]));
  qsort(times, TRIALS, sizeof *times, by_size);
  printf("R %s %s%s " NAME " %.3f %.2e\n", peer, workload, network + (workload[1] == '1'), times[TRIALS / 2], deviation);
}

/* The times of one step, after a warm-up. */
#define MEASURE(steps, code) \
  double times[TRIALS]; \
  for (int trial = -1; trial < TRIALS; trial++) { \
    double begin = now(); \
    code; \
    if (trial >= 0) times[trial] = (now() - begin) / (double)(steps); \
  }

#define ONLINE(network, P, I, O) \
  static __attribute__((noinline)) void network##_online(T *restrict p, const T *x, const T *y) { \
    T local[P]; \
    memcpy(local, p, sizeof local); \
    for (int i = 0; i < 2000; i++) network##_step(local, x, y, RATE); \
    memcpy(p, local, sizeof local); \
  } \
  static void online_##network(const char *peer, const double *input, const double *target) { \
    int count; \
    T *start = rounded(#network, "_w0", &count), p[P], x[I], y[O]; \
    for (int i = 0; i < I; i++) x[i] = (T)input[i]; \
    for (int i = 0; i < O; i++) y[i] = (T)target[i]; \
    MEASURE(200000, for (int k = 0; k < 100; k++) { memcpy(p, start, sizeof p); KEEP(p); network##_online(p, x, y); KEEP(p); }) \
    report(peer, "w1_", #network, times, p, "_ref_online2000"); \
  }
ONLINE(n111, 4, 1, 1)
ONLINE(n222, 12, 2, 2)

#define PREDICTED(network, I, O) \
  static __attribute__((noinline)) void network##_predict_all(const T *restrict p, const T *restrict x, T *restrict y, int n) { \
    for (int i = 0; i < n; i++) network##_predict(p, x + i * I, y + i * O); \
  } \
  static void predicted_##network(const char *peer) { \
    int count; \
    T *p = rounded(#network, "_w0", &count), *x = rounded(#network, "_x", &count); \
    int n = count / I; \
    T *y = malloc((size_t)(n * O) * sizeof(T)); \
    MEASURE(20 * n, for (int k = 0; k < 20; k++) { KEEP(p); network##_predict_all(p, x, y, n); KEEP(y); }) \
    report(peer, "w2thr_", #network, times, y, "_ref_fwd"); \
  }
PREDICTED(n222, 2, 2)
PREDICTED(n4883, 4, 3)

static __attribute__((noinline)) void gradient(const T *restrict p, const T *restrict x, const T *restrict y, T *restrict g, int n) {
  T local[139] = {0};
  for (int i = 0; i < n; i++) n4883_add_gradient(p, x + 4 * i, y + 3 * i, local);
  memcpy(g, local, sizeof local);
}

static void full_batch(const char *peer) {
  int count, n;
  T *start = rounded("n4883", "_w0", &count), *x = rounded("n4883", "_x", &count), p[139], g[139];
  T *y = rounded("n4883", "_y", &n);
  n /= 3;
  MEASURE(20 * n, memcpy(p, start, sizeof p); for (int k = 0; k < 20; k++) {
    KEEP(p);
    gradient(p, x, y, g, n);
    for (int i = 0; i < 139; i++) p[i] -= RATE / (T)n * g[i];
  })
  report(peer, "w3_", "n4883", times, p, "_ref_epoch20");
}

int main(int count, char **arguments) {
  const char *peer = count > 1 ? arguments[1] : "c";
  online_n111(peer, (double[]){0.5}, (double[]){0.9});
  online_n222(peer, (double[]){0.5, 0.8}, (double[]){0.9, 0.2});
  predicted_n222(peer);
  predicted_n4883(peer);
  full_batch(peer);
  return 0;
}
