// The histogram of a node as LightGBM counts it row by row: pairs of doubles, gradients gathered first, rows prefetched.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

typedef std::vector<double> Doubles;

static FILE *in;
template <class T> static std::vector<T> take(size_t count) {
  std::vector<T> column(count);
  if (fread(column.data(), sizeof(T), count, in) != count) exit(2);
  return column;
}

int main(int, char **argv) {
  in = fopen(argv[1], "rb");
  auto head = take<int32_t>(6);
  int rows = head[0], features = head[1], bins = head[2], chosen = head[3];
  auto gradients = take<double>(rows), hessians = take<double>(rows);
  auto order = take<int32_t>(chosen);
  auto byRow = take<uint8_t>((size_t)rows * features);
  Doubles g(chosen), h(chosen), sums((size_t)features * bins * 2);
  for (int turn = 0; turn < head[4]; turn++) {
    clock_t started = clock();
    for (int again = 0; again < head[5]; again++) {
      for (int i = 0; i < chosen; i++) {
        g[i] = gradients[order[i]];
        h[i] = hessians[order[i]];
      }
      for (double &sum : sums) sum = 0;
      double *out = sums.data();
      for (int i = 0; i < chosen; i++) {
        if (i + 16 < chosen) __builtin_prefetch(&byRow[(size_t)order[i + 16] * features]);
        const uint8_t *row = &byRow[(size_t)order[i] * features];
        double gi = g[i], hi = h[i];
        for (int f = 0; f < features; f++) {
          double *pair = out + ((f * bins + row[f]) << 1);
          pair[0] += gi;
          pair[1] += hi;
        }
      }
    }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  FILE *file = fopen(argv[2], "wb");
  fwrite(sums.data(), 8, sums.size(), file);
  return fclose(file);
}
