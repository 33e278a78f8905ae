// Gradient boosting as LightGBM does it on one thread: leaf-wise trees, histograms of pairs of doubles counted row by row with prefetch,
// float gradients, subtraction, a stable partition. Reads bytes and labels, writes the scores, prints the time of each tree.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

using std::vector;

static FILE *in;
template <class T> static vector<T> take(size_t count) {
  vector<T> column(count);
  if (fread(column.data(), sizeof(T), count, in) != count) exit(2);
  return column;
}

static const int BINS = 256;

struct Leaf {
  int from, to;
  double g, h;
  vector<double> *pairs;
  double gain;
  int feature, bin;
  double leftG, leftH;
};

struct Booster {
  int rows, features;
  const uint8_t *columns;
  vector<uint8_t> byRow;
  vector<float> gradient, hessian, orderedG, orderedH;
  vector<int32_t> order, scratch;

  void count(int from, int to, vector<double> &pairs) {
    std::fill(pairs.begin(), pairs.end(), 0.0);
    bool isRoot = from == 0 && to == rows;
    const float *g = gradient.data(), *h = hessian.data();
    if (!isRoot) {
      for (int i = from; i < to; i++) {
        orderedG[i] = gradient[order[i]];
        orderedH[i] = hessian[order[i]];
      }
      g = orderedG.data();
      h = orderedH.data();
    }
    double *out = pairs.data();
    for (int i = from; i < to; i++) {
      if (!isRoot && i + 16 < to) __builtin_prefetch(&byRow[(size_t)order[i + 16] * features]);
      const uint8_t *row = &byRow[(size_t)(isRoot ? i : order[i]) * features];
      double gi = g[i], hi = h[i];
      for (int f = 0; f < features; f++) {
        double *pair = out + ((f * BINS + row[f]) << 1);
        pair[0] += gi;
        pair[1] += hi;
      }
    }
  }

  void search(Leaf &leaf) const {
    leaf.gain = 0;
    double whole = leaf.g * leaf.g / leaf.h;
    const int rowsMin = 20;
    double perRow = (leaf.to - leaf.from) / leaf.h, lightest = std::max(1e-3, (rowsMin - 0.5) / perRow);
    for (int f = 0; f < features; f++) {
      double g = 0, h = 0;
      const double *pair = leaf.pairs->data() + (size_t)f * BINS * 2;
      for (int b = 0; b + 1 < BINS; b++, pair += 2) {
        g += pair[0];
        h += pair[1];
        double rightH = leaf.h - h;
        if (rightH < lightest) break;
        if (h < lightest) continue;
        double rightG = leaf.g - g, gain = g * g / h + rightG * rightG / rightH - whole;
        if (gain > leaf.gain) leaf = {leaf.from, leaf.to, leaf.g, leaf.h, leaf.pairs, gain, f, b, g, h};
      }
    }
  }

  int part(const Leaf &leaf) {
    const uint8_t *column = columns + (size_t)leaf.feature * rows;
    int left = leaf.from, right = 0;
    for (int i = leaf.from; i < leaf.to; i++) {
      int row = order[i];
      bool isLeft = column[row] <= leaf.bin;
      order[left] = row;
      scratch[right] = row;
      left += isLeft;
      right += !isLeft;
    }
    memcpy(&order[left], scratch.data(), (size_t)right * 4);
    return left;
  }
};

int main(int, char **argv) {
  in = fopen(argv[1], "rb");
  auto head = take<int32_t>(4);
  int rows = head[0], features = head[1], trees = head[2], leavesMax = head[3];
  auto columns = take<uint8_t>((size_t)rows * features);
  auto labels = take<double>(rows);
  Booster b{rows, features, columns.data(), {}, {}, {}, {}, {}, {}, {}};
  b.byRow.resize((size_t)rows * features);
  for (int f = 0; f < features; f++)
    for (int i = 0; i < rows; i++) b.byRow[(size_t)i * features + f] = columns[(size_t)f * rows + i];
  for (auto *column : {&b.gradient, &b.hessian, &b.orderedG, &b.orderedH}) column->resize(rows);
  b.order.resize(rows);
  b.scratch.resize(rows);
  double ones = 0;
  for (double label : labels) ones += label;
  vector<double> scores(rows, std::log(ones / (rows - ones)));
  vector<vector<double>> pool(leavesMax, vector<double>((size_t)features * BINS * 2));
  for (int tree = 0; tree < trees; tree++) {
    clock_t started = clock();
    for (int i = 0; i < rows; i++) {
      float p = 1.f / (1.f + expf(-(float)scores[i]));
      b.gradient[i] = p - (float)labels[i];
      b.hessian[i] = p * (1.f - p);
    }
    Leaf root{0, rows, 0, 0, &pool[0], 0, 0, 0, 0, 0};
    for (int i = 0; i < rows; i++) {
      b.order[i] = i;
      root.g += b.gradient[i];
      root.h += b.hessian[i];
    }
    b.count(0, rows, pool[0]);
    b.search(root);
    vector<Leaf> leaves{root};
    while ((int)leaves.size() < leavesMax) {
      size_t best = 0;
      for (size_t i = 1; i < leaves.size(); i++)
        if (leaves[i].gain > leaves[best].gain) best = i;
      Leaf leaf = leaves[best];
      if (leaf.gain <= 0) break;
      int middle = b.part(leaf);
      vector<double> *spare = &pool[leaves.size()];
      Leaf left{leaf.from, middle, leaf.leftG, leaf.leftH, nullptr, 0, 0, 0, 0, 0};
      Leaf right{middle, leaf.to, leaf.g - leaf.leftG, leaf.h - leaf.leftH, nullptr, 0, 0, 0, 0, 0};
      bool isLeftSmall = left.to - left.from <= right.to - right.from;
      Leaf &small = isLeftSmall ? left : right, &large = isLeftSmall ? right : left;
      small.pairs = spare;
      large.pairs = leaf.pairs;
      b.count(small.from, small.to, *spare);
      for (size_t i = 0; i < spare->size(); i++) (*leaf.pairs)[i] -= (*spare)[i];
      b.search(left);
      b.search(right);
      leaves[best] = left;
      leaves.push_back(right);
    }
    for (const Leaf &leaf : leaves) {
      double value = -0.1 * leaf.g / leaf.h;
      for (int i = leaf.from; i < leaf.to; i++) scores[b.order[i]] += value;
    }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  FILE *file = fopen(argv[2], "wb");
  fwrite(scores.data(), 8, scores.size(), file);
  return fclose(file);
}
