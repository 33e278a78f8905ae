// The rolling features of src/engine/features (rolling-moments, rolling-extreme, lag): the same steps in the same order, so that the
// results are the same bits. Makes its own rows, as features.bench.ts does; writes nine columns of floats, prints times.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

typedef std::vector<double> Doubles;
typedef std::vector<int32_t> Ints;

static double meanOf(const double *values, int from, int to, int count) {
  double first = NAN, apart = 0;
  for (int i = from; i < to; i++) {
    double value = values[i];
    if (!std::isfinite(value)) continue;
    if (std::isnan(first)) first = value;
    apart += value - first;
  }
  return first + apart / count;
}

static void rollMoments(const double *values, const int32_t *day, int window, float *mean, float *std, int from, int to) {
  double base = 0, total = 0, squares = 0, largest = 0;
  int count = 0, age = 0, tail = from;
  for (int t = from; t < to; t++) {
    double value = t > from ? values[t - 1] : NAN;
    if (std::isfinite(value)) {
      if (count == 0) {
        base = value;
        total = squares = largest = 0;
        age = 0;
      }
      double apart = value - base;
      total += apart;
      squares += apart * apart;
      if (squares > largest) largest = squares;
      count++;
      age++;
    }
    int first = day[t] - window;
    while (day[tail] < first) {
      double gone = values[tail++];
      if (!std::isfinite(gone)) continue;
      double apart = gone - base;
      total -= apart;
      squares -= apart * apart;
      count--;
    }
    double spread = squares - (total * total) / count;
    if (count > 0 && (spread < largest * 1e-4 || age > 1024)) {
      base = meanOf(values, tail, t, count);
      total = squares = 0;
      age = 0;
      for (int i = tail; i < t; i++) {
        double apart = values[i] - base;
        if (!std::isfinite(apart)) continue;
        total += apart;
        squares += apart * apart;
      }
      largest = squares;
      spread = squares - (total * total) / count;
    }
    bool isKnown = count >= window && count > 0;
    mean[t] = isKnown ? (float)(base + total / count) : NAN;
    std[t] = isKnown && count > 1 ? (float)std::sqrt(spread > 0 ? spread / (count - 1) : 0) : NAN;
  }
}

static void rollExtreme(const double *values, const int32_t *day, int window, int sign, float *out, int from, int to,
                        Ints &queueDay, Doubles &queueValue) {
  int ring = (int)queueDay.size() - 1, head = 0, end = 0, count = 0, tail = from;
  for (int t = from; t < to; t++) {
    double value = t > from ? values[t - 1] * sign : NAN;
    int first = day[t] - window;
    while (head < end && queueDay[head & ring] < first) head++;
    if (std::isfinite(value)) {
      while (head < end && queueValue[(end - 1) & ring] <= value) end--;
      queueDay[end & ring] = day[t - 1];
      queueValue[end++ & ring] = value;
      count++;
      if (day[t - 1] < first) head = end;
    }
    while (day[tail] < first)
      if (std::isfinite(values[tail++])) count--;
    out[t] = count >= window && count > 0 ? (float)(queueValue[head & ring] * sign) : NAN;
  }
}

// Blocks of `window` rows from the start of the series (van Herk 1992, Gil & Werman 1993), as whole series are done.
static void rollByBlocks(const double *values, int window, int sign, float *out, int from, int to, Doubles &ends) {
  for (double &end : ends) end = -INFINITY;
  double beginning = -INFINITY;
  int place = 0, firstKnown = from + window;
  if (from < to) out[from] = NAN;
  for (int t = from + 1; t < to; t++) {
    double value = values[t - 1] * sign;
    if (value > beginning) beginning = value;
    place++;
    double end = ends[place];
    out[t] = t >= firstKnown ? (float)((end > beginning ? end : beginning) * sign + 0.0) : NAN;
    if (place == window) {
      double extreme = -INFINITY;
      for (int i = window - 1; i >= 0; i--) {
        double v = values[t - window + i] * sign;
        if (v > extreme) extreme = v;
        ends[i] = extreme;
      }
      beginning = -INFINITY;
      place = 0;
    }
  }
}

// No day and no value is missing.
static bool isWhole(const double *values, const int32_t *day, int from, int to) {
  bool whole = day[to - 1] - day[from] == to - 1 - from;
  for (int t = from; whole && t < to; t++) whole = std::isfinite(values[t]);
  return whole;
}

// The value on day t - lag of the series; NaN where there is no such row.
static void lagged(const double *values, const int32_t *day, int lag, float *out, int from, int to) {
  int at = from;
  for (int t = from; t < to; t++) {
    while (day[at] < day[t] - lag) at++;
    out[t] = day[at] == day[t] - lag ? (float)values[at] : NAN;
  }
}

int main(int, char **argv) {
  int32_t head[3];
  FILE *in = fopen(argv[1], "rb");
  if (!in || fread(head, 4, 3, in) != 3) return 2;
  int rows = head[0], series = head[1], length = rows / series;
  Ints day(rows), offsets(series + 1);
  Doubles quantity(rows);
  uint32_t state = 1;
  for (int s = 0; s <= series; s++) offsets[s] = s == series ? rows : s * length;
  for (int s = 0; s < series; s++)
    for (int t = offsets[s]; t < offsets[s + 1]; t++) {
      state = state * 1664525u + 1013904223u;
      day[t] = 19000 + t - offsets[s];
      quantity[t] = (state >> 24) % 50 + 10 * (s % 7);
    }
  std::vector<float> out((size_t)rows * 9);
  auto column = [&](int at) { return out.data() + (size_t)rows * at; };
  const int windows[] = {7, 28};
  Ints days[] = {Ints(8), Ints(32)};
  Doubles queued[] = {Doubles(8), Doubles(32)}, ends[] = {Doubles(8), Doubles(29)};
  for (int turn = 0; turn < head[2]; turn++) {
    clock_t started = clock();
    for (int s = 0; s < series; s++) {
      int from = offsets[s], to = offsets[s + 1];
      bool whole = isWhole(quantity.data(), day.data(), from, to);
      for (int w = 0; w < 2; w++) {
        rollMoments(quantity.data(), day.data(), windows[w], column(4 * w), column(4 * w + 1), from, to);
        for (int sign = -1; sign <= 1; sign += 2) {
          float *extreme = column(4 * w + (sign < 0 ? 2 : 3));
          if (whole) rollByBlocks(quantity.data(), windows[w], sign, extreme, from, to, ends[w]);
          else rollExtreme(quantity.data(), day.data(), windows[w], sign, extreme, from, to, days[w], queued[w]);
        }
      }
      lagged(quantity.data(), day.data(), 7, column(8), from, to);
    }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  FILE *file = fopen(argv[2], "wb");
  fwrite(out.data(), 4, out.size(), file);
  return fclose(file);
}
