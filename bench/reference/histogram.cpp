// The histogram of a node in src/engine/models/boosting: gradients and hessians gathered once, then summed by bin, four features at a time.
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
  auto columns = take<uint8_t>((size_t)rows * features);
  Doubles g(chosen), h(chosen), sums((size_t)features * bins * 2);
  for (int turn = 0; turn < head[4]; turn++) {
    clock_t started = clock();
    for (int again = 0; again < head[5]; again++) {
      for (int i = 0; i < chosen; i++) {
        g[i] = gradients[order[i]];
        h[i] = hessians[order[i]];
      }
      for (double &sum : sums) sum = 0;
      for (int f = 0; f < features; f += 4) {
        const uint8_t *a = &columns[(size_t)rows * f], *b = a + rows, *c = b + rows, *d = c + rows;
        double *sa = &sums[(size_t)f * bins * 2], *sb = sa + bins * 2, *sc = sb + bins * 2, *sd = sc + bins * 2;
        for (int i = 0; i < chosen; i++) {
          int row = order[i];
          double gi = g[i], hi = h[i];
          sa[a[row] * 2] += gi;
          sa[a[row] * 2 + 1] += hi;
          sb[b[row] * 2] += gi;
          sb[b[row] * 2 + 1] += hi;
          sc[c[row] * 2] += gi;
          sc[c[row] * 2 + 1] += hi;
          sd[d[row] * 2] += gi;
          sd[d[row] * 2 + 1] += hi;
        }
      }
    }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  FILE *file = fopen(argv[2], "wb");
  fwrite(sums.data(), 8, sums.size(), file);
  return fclose(file);
}
