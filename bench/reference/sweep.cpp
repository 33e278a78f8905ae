// The sweep of src/engine/backtest (track, stance, earn) and src/engine/kernels (sweep, sweep-worst) for horizon 1, plain bands and one level for all bars: the same
// steps in the same order, so that the results are the same bits. Reads a file of columns, writes a file of figures, prints times.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

using std::vector;
typedef vector<double> Doubles;

static FILE *in;
template <class T> static vector<T> take(size_t count) {
  vector<T> column(count);
  if (fread(column.data(), sizeof(T), count, in) != count) exit(2);
  return column;
}

struct Track {
  int bars, sessions;
  Doubles up, down, gap, day;
  vector<uint8_t> isTradable, isFirst, isLast;
  vector<int32_t> sessionAt;
  vector<vector<int32_t>> candidates;
};

static const vector<int32_t> &candidatesAt(Track &t, double level) {
  int at = (int)std::floor(std::min(std::max(level, 0.0), 2.0) * 32);
  auto &list = t.candidates[at];
  if (list.empty()) {
    for (int k = 0; k < t.bars; k++) {
      double confidence = t.up[k] > t.down[k] ? t.up[k] : t.down[k];
      if (!(confidence < at / 32.0)) list.push_back(k);
    }
  }
  return list;
}

struct Stance {
  int count, legs, trades, barsInMarket;
  double tradedTotal, grossGrowth;
  vector<int32_t> bar, session, end;
  Doubles gross, traded, earned, filled, expired;
  explicit Stance(int bars)
      : bar(bars), session(bars), end(bars), gross(bars), traded(bars), earned(2 * bars), filled(2 * bars), expired(2 * bars) {}
};

static void hold(Track &t, double level, Doubles &wanted, Stance &s) {
  const auto &list = candidatesAt(t, level);
  double side = 0;
  int last = -2;
  for (int k : list) {
    if (k != last + 1 || t.isFirst[k]) side = 0;
    last = k;
    double up = t.up[k], down = t.down[k];
    double raw = up >= level && up > down ? 1 : down >= level && down > up ? -1 : 0;
    if (raw != 0) side = raw;
    else if (side != 0 && !((side > 0 ? up : down) >= level)) side = 0;
    wanted[k] = side;
  }
  s.count = s.legs = s.trades = s.barsInMarket = 0;
  s.tradedTotal = 0;
  s.grossGrowth = 1;
  double held = 0;
  int next = 0;
  for (int c : list) {
    int until = std::min(c + 1, t.bars - 1);
    for (int k = std::max(c, next); k <= until; k++) {
      double target = t.isTradable[k] ? wanted[k] : 0;
      if (target == 0 && held == 0) continue;
      double before = held * t.gap[k], after = target * t.day[k];
      bool ends = t.isLast[k];
      double size = std::fabs(target), change = std::fabs(target - held);
      bool same = (held > 0 && target > 0) || (held < 0 && target < 0);
      int i = s.count++;
      s.bar[i] = k;
      s.session[i] = t.sessionAt[k];
      s.gross[i] = before + after;
      s.traded[i] = change + (ends ? size : 0);
      s.tradedTotal += s.traded[i];
      s.grossGrowth *= 1 + s.gross[i];
      if (held != 0 && !same) {
        s.earned[s.legs] = before;
        s.filled[s.legs] = std::fabs(held);
        s.expired[s.legs++] = 0;
        s.end[s.trades++] = s.legs;
      }
      if (target != 0) {
        s.earned[s.legs] = same ? before + after : after;
        s.filled[s.legs] = same ? change : size;
        s.expired[s.legs++] = ends ? size : 0;
        if (ends) s.end[s.trades++] = s.legs;
        s.barsInMarket++;
      }
      held = ends ? 0 : target;
    }
    next = until + 1;
  }
  for (int k : list) wanted[k] = 0;
}

struct Room {
  Doubles net, daily, losses, kept;
  explicit Room(int bars) : net(bars), daily(bars), losses(bars + 1), kept(2 * (bars + 1)) {}
};

static double sumBelow(const double *values, int count, double kth, int wanted) {
  double sum = 0;
  int below = 0;
  for (int i = 0; i < count; i++)
    if (values[i] < kth) {
      sum += values[i];
      below++;
    }
  return sum + (wanted - below) * kth;
}

static double meanOfWorst(Room &r, int days, int losses, double lowest, int total) {
  const int BUCKETS = 1024;
  static int32_t sizes[BUCKETS];
  int wanted = (int)std::ceil(0.05 * total - 1e-9);
  if (wanted > losses) {
    int zeros = total - days;
    for (int i = 0; i < days; i++) zeros += r.daily[i] == 0;
    if (wanted <= losses + zeros) return sumBelow(r.losses.data(), losses, 0, wanted) / wanted;
    Doubles all(r.daily.begin(), r.daily.begin() + days);
    all.resize(total, 0);
    std::nth_element(all.begin(), all.begin() + wanted - 1, all.end());
    return sumBelow(r.daily.data(), days, all[wanted - 1], wanted - (total - days)) / wanted;
  }
  memset(sizes, 0, sizeof sizes);
  double scale = (BUCKETS - 1) / lowest, top = BUCKETS - 1;
  auto bucketOf = [&](double loss) { return (int)std::min(loss * scale, top); };
  for (int i = 0; i < losses; i++) sizes[bucketOf(r.losses[i])]++;
  int bucket = BUCKETS, reached = 0, taken = 0;
  while (reached < wanted) reached += sizes[--bucket];
  double *kept = r.kept.data();
  for (int i = 0; i < losses; i++) {
    kept[taken] = r.losses[i];
    taken += bucketOf(r.losses[i]) >= bucket;
  }
  double *few = kept + taken, *end = few;
  for (int i = 0; i < taken; i++) {
    *end = kept[i];
    end += bucketOf(kept[i]) == bucket;
  }
  double *kth = end - 1 - (reached - wanted);
  std::nth_element(few, kth, end);
  return sumBelow(kept, taken, *kth, wanted) / wanted;
}

static const double NONE = -999;
static double stdOf(double squares, int count) {
  double std = std::sqrt(squares / (count - 1));
  return std < 1e-12 ? 0 : std;
}

static double *figures(const Track &t, const Stance &s, double rate, Room &r, double *out) {
  double sum = 0, cost = 0, growth = 1, highest = 1, deepest = 1, dailySum = 0, downside = 0, lowest = 0;
  int days = 0, losses = 0;
  for (int i = 0; i < s.count;) {
    int at = s.session[i];
    double dayGrowth = 1;
    do {
      double paid = rate * s.traded[i], net = s.gross[i] - paid;
      r.net[i] = net;
      sum += net;
      cost += paid;
      double factor = 1 + net;
      growth *= factor;
      if (growth > highest) highest = growth;
      double left = growth / highest;
      if (left < deepest) deepest = left;
      dayGrowth *= factor;
      i++;
    } while (i < s.count && s.session[i] == at);
    double earned = dayGrowth - 1, loss = (earned - std::fabs(earned)) * 0.5;
    r.daily[days++] = earned;
    dailySum += earned;
    downside += loss * loss;
    r.losses[losses] = earned;
    losses += earned < 0;
    if (earned < lowest) lowest = earned;
  }
  double won = 0, lost = 0, total = 0;
  int wins = 0, failures = 0, leg = 0;
  for (int k = 0; k < s.trades; k++) {
    double g = 1;
    for (; leg < s.end[k]; leg++) g *= 1 + (s.earned[leg] - rate * s.filled[leg]) - rate * s.expired[leg];
    double gained = g - 1, size = std::fabs(gained);
    total += gained;
    won += (gained + size) * 0.5;
    lost += (gained - size) * 0.5;
    wins += gained > 0;
    failures += gained < 0;
  }
  // Returns of exactly 0 enter by one product.
  double barMean = sum / t.bars, barZ = 0 - barMean, squares = 0;
  int idle = t.bars - s.count;
  for (int i = 0; i < s.count; i++) {
    if (r.net[i] == 0) {
      idle++;
      continue;
    }
    double d = r.net[i] - barMean;
    squares += d * d;
  }
  if (idle) squares += idle * (barZ * barZ);
  double mean = dailySum / t.sessions, z = 0 - mean, m2 = 0, m3 = 0, m4 = 0;
  idle = t.sessions - days;
  for (int i = 0; i < days; i++) {
    if (r.daily[i] == 0) {
      idle++;
      continue;
    }
    double d = r.daily[i] - mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
  }
  if (idle) {
    m2 += idle * (z * z);
    m3 += idle * (z * z * z);
    m4 += idle * (z * z * z * z);
  }
  double barStd = stdOf(squares, t.bars), std = stdOf(m2, t.sessions), n = t.sessions, variance = m2 / n;
  bool moves = std != 0;
  double loss = std::sqrt(downside / n) * std::sqrt(252.0);
  double values[] = {barStd == 0 ? NONE : barMean / barStd,
                     moves ? std::sqrt(252.0) * (mean / std) : NONE,
                     loss < 1e-12 ? NONE : (mean * 252) / loss,
                     growth - 1,
                     sum,
                     std::sqrt(252.0) * std,
                     deepest - 1,
                     (double)s.trades,
                     (double)s.barsInMarket,
                     s.trades ? (double)wins / s.trades : NONE,
                     wins ? won / wins : NONE,
                     failures ? lost / failures : NONE,
                     failures ? won / std::fabs(lost) : NONE,
                     s.trades ? total / s.trades : NONE,
                     meanOfWorst(r, days, losses, lowest, t.sessions),
                     ((s.tradedTotal / 2) * 252) / n,
                     moves ? m3 / n / (variance * std::sqrt(variance)) : NONE,
                     moves ? m4 / n / (variance * variance) : NONE,
                     cost,
                     s.grossGrowth - 1};
  for (double value : values) *out++ = value + 0.0;
  return out;
}

int main(int, char **argv) {
  in = fopen(argv[1], "rb");
  auto head = take<int32_t>(6);
  Track t;
  t.bars = head[0];
  t.sessions = head[1];
  auto levels = take<double>(head[2]), rates = take<double>(head[3]);
  t.up = take<double>(t.bars);
  t.down = take<double>(t.bars);
  t.gap = take<double>(t.bars);
  t.day = take<double>(t.bars);
  t.sessionAt = take<int32_t>(t.bars);
  t.isTradable = take<uint8_t>(t.bars);
  t.isFirst = take<uint8_t>(t.bars);
  t.isLast = take<uint8_t>(t.bars);
  Doubles out(levels.size() * rates.size() * 20), wanted(t.bars);
  Room room(t.bars);
  Stance stance(t.bars);
  for (int turn = 0; turn < head[4]; turn++) {
    t.candidates.assign(65, {});
    clock_t started = clock();
    double *at = out.data();
    for (double level : levels) {
      hold(t, level, wanted, stance);
      for (double rate : rates) at = figures(t, stance, rate, room, at);
    }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  FILE *file = fopen(argv[2], "wb");
  fwrite(out.data(), 8, out.size(), file);
  return fclose(file);
}
