// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The main program around one compiled network: fills arguments and constants,
// calls, writes the results, measures. The program that includes this file
// defines the tables below first; network_driver.py writes it. Everything is
// deterministic: a value depends on the number of its argument and its index
// only.
//
// usage: PROGRAM RESULTS CALLS    writes the bytes of all results to the file
// RESULTS, prints one JSON object

#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#ifdef LANGONE_RT
#include "langone/runtime.h"
#endif

typedef enum { F64, F32, F16, BF16, INDEX, I64, I32, I16, I8, I1 } Element;
static const size_t element_bytes[] = {8, 4, 2, 2, 8, 8, 4, 2, 1, 1};

/// A scalar (rank -1, `data` is its address) or a memref (`data` is its
/// descriptor: two pointers, offset, sizes, strides, each of eight bytes, as
/// MLIR passes it to C).
typedef struct {
  Element element;
  int rank;
  void *data;
  int64_t sizes[8];
} Value;

/// A constant that was taken out of the network: all elements `center`, or
/// pseudo-random within `radius` of it.
typedef struct {
  Element element;
  uint64_t count;
  void *data;
  double center, radius;
} Constant;

/// What the including file provides.
static const Value arguments[], results[];
static const Constant constants[];
static const int argument_count, result_count, constant_count;
static void call_network(void);

//===-- Values
//----------------------------------------------------------------------------------------------------===//

/// The finalizer of SplitMix64 (Steele et al. 2014) over a stream number and an
/// index.
static uint64_t mix(uint64_t stream, uint64_t index) {
  uint64_t z =
      (stream << 40) + index * 0x9E3779B97F4A7C15u + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// In [-1, 1), with 24 bits: exact as float.
static double unit(uint64_t bits) {
  return (double)(bits >> 40) / (1 << 23) - 1.0;
}

static void store(Element element, void *data, uint64_t i, double real,
                  uint64_t integer) {
  float narrow = (float)real;
  uint32_t bits;
  switch (element) {
  case F64:
    ((double *)data)[i] = real;
    return;
  case F32:
    ((float *)data)[i] = narrow;
    return;
  case F16:
    ((_Float16 *)data)[i] = (_Float16)narrow;
    return;
  case BF16: // truncated; needs no compiler support
    memcpy(&bits, &narrow, sizeof bits);
    ((uint16_t *)data)[i] = (uint16_t)(bits >> 16);
    return;
  case INDEX:
  case I64:
    ((int64_t *)data)[i] = (int64_t)integer;
    return;
  case I32:
    ((int32_t *)data)[i] = (int32_t)integer;
    return;
  case I16:
    ((int16_t *)data)[i] = (int16_t)integer;
    return;
  case I8:
    ((int8_t *)data)[i] = (int8_t)integer;
    return;
  case I1:
    ((uint8_t *)data)[i] = integer & 1;
    return;
  }
}

static double load(Element element, const void *data) {
  uint32_t bits;
  float narrow;
  switch (element) {
  case F64:
    return *(const double *)data;
  case F32:
    return *(const float *)data;
  case F16:
    return (double)*(const _Float16 *)data;
  case BF16:
    bits = (uint32_t)*(const uint16_t *)data << 16;
    memcpy(&narrow, &bits, sizeof narrow);
    return narrow;
  case INDEX:
  case I64:
    return (double)*(const int64_t *)data;
  case I32:
    return *(const int32_t *)data;
  case I16:
    return *(const int16_t *)data;
  case I8:
  case I1:
    return *(const int8_t *)data;
  }
  return 0;
}

/// Floats in [-1, 1), integers in 0..7: small enough to be the ids of tokens
/// and positions.
static void fill(Element element, void *data, uint64_t count, uint64_t stream,
                 double center, double radius) {
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t bits = mix(stream, i);
    store(element, data, i, center + radius * unit(bits), bits >> 61);
  }
}

static void fill_constants(void) {
  for (int i = 0; i < constant_count; ++i) {
    const Constant *c = &constants[i];
    if (c->radius != 0)
      fill(c->element, c->data, c->count, 1000 + i, c->center, c->radius);
    else
      for (uint64_t j = 0; j < c->count; ++j)
        store(c->element, c->data, j, c->center, (uint64_t)(int64_t)c->center);
  }
}

//===-- Arguments
//-------------------------------------------------------------------------------------------------===//

static void die(const char *what) {
  perror(what);
  exit(2);
}

/// Memory of `bytes` that repeats one filled tile, so that the weights of a
/// large model need no memory of their own. Writes stay private to the page.
/// The tile is a prime number of pages, so that rows do not repeat too soon.
static void *tiled(Element element, size_t bytes, uint64_t stream) {
  size_t tile = 1021 * (size_t)sysconf(_SC_PAGESIZE);
  int file = memfd_create("tile", 0);
  if (file < 0 || ftruncate(file, (off_t)tile) != 0)
    die("memfd");
  void *first = mmap(NULL, tile, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *data = mmap(NULL, bytes, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (first == MAP_FAILED || data == MAP_FAILED)
    die("mmap");
  fill(element, first, tile / element_bytes[element], stream, 0.0, 1.0);
  for (size_t at = 0; at < bytes; at += tile) {
    size_t rest = bytes - at < tile ? bytes - at : tile;
    int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
    if (mmap(data + at, rest, PROT_READ | PROT_WRITE, flags, file, 0) ==
        MAP_FAILED)
      die("mmap");
  }
  munmap(first, tile);
  close(file);
  return data;
}

static void make_argument(const Value *argument, uint64_t stream) {
  if (argument->rank < 0) {
    fill(argument->element, argument->data, 1, stream, 0.0, 1.0);
    return;
  }
  int64_t *descriptor = argument->data, count = 1;
  for (int dim = argument->rank - 1; dim >= 0; --dim) {
    descriptor[3 + dim] = argument->sizes[dim];
    descriptor[3 + argument->rank + dim] = count;
    count *= argument->sizes[dim];
  }
  size_t bytes = (size_t)count * element_bytes[argument->element];
  void *data;
  if (bytes > (size_t)16 << 20) {
    data = tiled(argument->element, bytes, stream);
  } else {
    data = aligned_alloc(64, (bytes + 64) / 64 * 64);
    if (!data)
      die("argument");
    fill(argument->element, data, (uint64_t)count, stream, 0.0, 1.0);
  }
  descriptor[0] = descriptor[1] = (int64_t)(intptr_t)data;
}

//===-- Results
//---------------------------------------------------------------------------------------------------===//

static uint64_t finite_results, nonzero_results, all_results;

static void write_element(Element element, const char *data, FILE *file) {
  double value = load(element, data);
  ++all_results;
  finite_results += isfinite(value) != 0;
  nonzero_results += value != 0;
  if (fwrite(data, element_bytes[element], 1, file) != 1)
    die("results");
}

static void write_memref(const Value *value, int dim, const char *data,
                         FILE *file) {
  const int64_t *descriptor = value->data;
  if (dim == value->rank) {
    write_element(value->element, data, file);
    return;
  }
  int64_t stride = descriptor[3 + value->rank + dim] *
                   (int64_t)element_bytes[value->element];
  for (int64_t i = 0; i < descriptor[3 + dim]; ++i)
    write_memref(value, dim + 1, data + i * stride, file);
}

static void write_results(const char *path) {
  FILE *file = fopen(path, "wb");
  if (!file)
    die(path);
  for (int i = 0; i < result_count; ++i) {
    const Value *value = &results[i];
    const int64_t *descriptor = value->data;
    if (value->rank < 0)
      write_element(value->element, value->data, file);
    else
      write_memref(value, 0,
                   (const char *)(intptr_t)descriptor[1] +
                       descriptor[2] * (int64_t)element_bytes[value->element],
                   file);
  }
  if (fclose(file) != 0)
    die(path);
}

static bool owned_elsewhere(int64_t block, int result) {
  for (int i = 0; i < argument_count; ++i)
    if (arguments[i].rank >= 0 && *(const int64_t *)arguments[i].data == block)
      return true;
  for (int i = 0; i < result; ++i)
    if (results[i].rank >= 0 && *(const int64_t *)results[i].data == block)
      return true;
  return false;
}

/// Results belong to the caller. One that is an argument, or another result, is
/// freed once or not at all.
static void free_results(void) {
  for (int i = result_count - 1; i >= 0; --i) {
    if (results[i].rank < 0)
      continue;
    int64_t block = *(const int64_t *)results[i].data;
    if (owned_elsewhere(block, i))
      continue;
#ifdef LANGONE_RT
    if (langone_rt_pool_free((void *)(intptr_t)block) != LANGONE_RT_OK) {
      fprintf(stderr, "result %d is no block of the pool\n", i);
      exit(3);
    }
#else
    free((void *)(intptr_t)block);
#endif
  }
}

//===-- Measuring
//-------------------------------------------------------------------------------------------------===//

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double timed_call(void) {
  double start = seconds();
  call_network();
  return seconds() - start;
}

#ifdef LANGONE_RT
static langone_rt_statistics statistics(void) {
  langone_rt_statistics now = LANGONE_RT_STATISTICS_INIT;
  if (langone_rt_get_statistics(&now) != LANGONE_RT_OK) {
    fputs("no statistics\n", stderr);
    exit(3);
  }
  return now;
}
#endif

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s RESULTS CALLS\n", argv[0]);
    return 2;
  }
  fill_constants();
  for (int i = 0; i < argument_count; ++i)
    make_argument(&arguments[i], (uint64_t)i);
#ifdef LANGONE_RT
  langone_rt_reset_high_water();
#endif
  double best = timed_call();
#ifdef LANGONE_RT
  langone_rt_statistics after = statistics();
#endif
  write_results(argv[1]);
  free_results();
#ifdef LANGONE_RT
  printf("{\"high_water_bytes\": %llu, \"left_bytes\": %llu, "
         "\"arena_acquires\": %llu, \"pool_allocations\": %llu, ",
         (unsigned long long)after.high_water_bytes,
         (unsigned long long)statistics().current_bytes,
         (unsigned long long)after.arena_acquires,
         (unsigned long long)after.pool_allocations);
#else
  printf("{");
#endif
  int calls = atoi(argv[2]);
  for (int i = 1; i < calls; ++i) {
    double next = timed_call();
    best = next < best ? next : best;
    free_results();
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("\"call_seconds\": %.6f, \"calls\": %d, \"rss_bytes\": %llu, "
         "\"results\": %llu, \"finite_results\": %llu, "
         "\"nonzero_results\": %llu}\n",
         best, calls, (unsigned long long)usage.ru_maxrss * 1024,
         (unsigned long long)all_results, (unsigned long long)finite_results,
         (unsigned long long)nonzero_results);
  return 0;
}
