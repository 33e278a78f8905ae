// The order book of src/engine/book as C++ would have it: orders of 16 bytes in open addressing, levels in a window of ticks with a
// bitmap, the ten best of each side cached. It leaves out what ours keeps besides: priorities, any price, streams that go wrong.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

static FILE *in;
template <class T> static std::vector<T> take(size_t count) {
  std::vector<T> column(count);
  if (fread(column.data(), sizeof(T), count, in) != count) exit(2);
  return column;
}

constexpr int WINDOW = 65536, SHOWN = 10, ROWS = 2048;
constexpr int64_t UNDEF = INT64_MAX;
// Odd numbers of cache lines, as in the blocks.
constexpr size_t WIDE = 16448, WORD = 8256, HALF = 4160, BYTE = 2112, LEVEL = 2 * WIDE + 4 * WORD;
constexpr size_t EVENTS = 3 * WIDE + 4 * WORD + HALF + 4 * BYTE, BLOCK = EVENTS + 10 * LEVEL + BYTE;

struct Top {
  int64_t px[SHOWN];
  int32_t tick[SHOWN];
  uint32_t sz[SHOWN], ct[SHOWN];
  int count;
};

struct Side {
  std::vector<uint32_t> size, count;
  std::vector<uint64_t> bits;
  int best;
  Top top;
};

struct Order {
  uint64_t id;
  int32_t at;  // tick * 2 + side
  uint32_t size;
};

static int64_t tickNanos, baseTick;
static Side sides[2];
static std::vector<Order> table;
static uint64_t mask;
static int shift;
static size_t live;

static inline size_t homeOf(uint64_t id) { return (id * 0x9e3779b97f4a7c15ull) >> shift; }

static void openTable(int power) {
  table.assign((size_t)1 << power, Order{0, 0, 0});
  mask = table.size() - 1;
  shift = 64 - power;
}

static inline Order *find(uint64_t id) {
  size_t at = homeOf(id);
  while (table[at].size != 0 && table[at].id != id) at = (at + 1) & mask;
  return &table[at];
}

static void grow() {
  std::vector<Order> old;
  old.swap(table);
  openTable(64 - shift + 1);
  for (const Order &order : old)
    if (order.size != 0) *find(order.id) = order;
}

static inline void put(uint64_t id, int at, uint32_t size) {
  if (live * 2 >= table.size()) grow();
  *find(id) = Order{id, at, size};
  live++;
}

static inline void drop(Order *order) {
  size_t gap = order - table.data(), at = gap;
  while (true) {
    at = (at + 1) & mask;
    if (table[at].size == 0) break;
    if (((at - homeOf(table[at].id)) & mask) < ((at - gap) & mask)) continue;
    table[gap] = table[at];
    gap = at;
  }
  table[gap].size = 0;
  live--;
}

// The ten best from the bitmap: downwards for bids, upwards for asks.
static void rebuild(int s) {
  Side &side = sides[s];
  Top &top = side.top;
  int found = 0, word = side.best >> 6;
  if (side.best >= 0 && side.best < WINDOW) {
    uint64_t bits = side.bits[word];
    bits &= s == 0 ? ~0ull >> (63 - (side.best & 63)) : ~0ull << (side.best & 63);
    while (true) {
      while (bits != 0 && found < SHOWN) {
        int bit = s == 0 ? 63 - __builtin_clzll(bits) : __builtin_ctzll(bits);
        int tick = word * 64 + bit;
        bits &= ~(1ull << bit);
        top.tick[found] = tick;
        top.px[found] = (tick + baseTick) * tickNanos;
        top.sz[found] = side.size[tick];
        top.ct[found++] = side.count[tick];
      }
      word += s == 0 ? -1 : 1;
      if (found == SHOWN || word < 0 || word >= WINDOW / 64) break;
      bits = side.bits[word];
    }
  }
  top.count = found;
  for (; found < SHOWN; found++) {
    top.px[found] = UNDEF;
    top.sz[found] = top.ct[found] = 0;
  }
}

static inline bool isBeyond(int s, int tick) {
  const Top &top = sides[s].top;
  return top.count == SHOWN && (s == 0 ? tick < top.tick[SHOWN - 1] : tick > top.tick[SHOWN - 1]);
}

constexpr int DEEP = 255;

static inline int rankOf(int s, int tick) {
  const Top &top = sides[s].top;
  for (int k = 0; k < top.count; k++)
    if (top.tick[k] == tick) return k;
  return DEEP;
}

static inline int patch(int s, int tick) {
  Top &top = sides[s].top;
  int k = rankOf(s, tick);
  top.sz[k] = sides[s].size[tick];
  top.ct[k] = sides[s].count[tick];
  return k;
}

// How many levels are better, beyond the ten best.
static int countBetter(int s, int tick) {
  int found = 0;
  for (int at = sides[s].best; at != tick; at += s == 0 ? -1 : 1) found += sides[s].size[at] != 0;
  return found < DEEP ? found : DEEP;
}

// The level's rank afterwards.
static inline int raise(int s, int tick, uint32_t size, int count) {
  Side &side = sides[s];
  bool isBorn = side.size[tick] == 0;
  side.size[tick] += size;
  side.count[tick] += count;
  if (isBorn) {
    side.bits[tick >> 6] |= 1ull << (tick & 63);
    if (s == 0 ? tick > side.best : tick < side.best) side.best = tick;
  }
  if (isBeyond(s, tick)) return DEEP;
  if (!isBorn) return patch(s, tick);
  rebuild(s);
  return rankOf(s, tick);
}

// The level's rank before.
static inline int lower(int s, int tick, uint32_t size, int count) {
  Side &side = sides[s];
  side.size[tick] -= size;
  side.count[tick] -= count;
  bool isGone = side.size[tick] == 0;
  if (isGone) side.bits[tick >> 6] &= ~(1ull << (tick & 63));
  if (isBeyond(s, tick)) return DEEP;
  if (!isGone) return patch(s, tick);
  int rank = rankOf(s, tick);
  if (tick == side.best) side.best = side.top.count > 1 ? side.top.tick[1] : s == 0 ? -1 : WINDOW;
  rebuild(s);
  return rank;
}

static void clearBook() {
  openTable(14);
  live = 0;
  for (int s = 0; s < 2; s++) {
    sides[s].size.assign(WINDOW, 0);
    sides[s].count.assign(WINDOW, 0);
    sides[s].bits.assign(WINDOW / 64, 0);
    sides[s].best = s == 0 ? -1 : WINDOW;
    rebuild(s);
  }
}

int main(int, char **argv) {
  in = fopen(argv[1], "rb");
  auto head = take<double>(6);
  size_t rows = head[0];
  int turns = head[1];
  bool tells = head[2] != 0;
  tickNanos = head[3];
  baseTick = head[4];
  auto tsEvent = take<uint64_t>(rows), tsRecv = take<uint64_t>(rows), ids = take<uint64_t>(rows);
  auto prices = take<int64_t>(rows);
  auto instrument = take<uint32_t>(rows), sizes = take<uint32_t>(rows), delta = take<uint32_t>(rows);
  auto sequence = take<uint32_t>(rows);
  auto publisher = take<uint16_t>(rows);
  auto flags = take<uint8_t>(rows), action = take<uint8_t>(rows), sideCode = take<uint8_t>(rows);
  std::vector<uint8_t> blocks(2 * BLOCK + 64);
  uint8_t *first = (uint8_t *)(((uintptr_t)blocks.data() + 63) & ~(uintptr_t)63);
  size_t filled = 0;
  uint8_t *out = first;
  for (int turn = 0; turn < turns; turn++) {
    clock_t started = clock();
    filled = 0;
    out = first;
    clearBook();
    for (size_t i = 0; i < rows; i++) {
      uint8_t what = action[i];
      int s = sideCode[i] == 'A', depth = 0;
      if (what == 'A') {
        int tick = prices[i] / tickNanos - baseTick;
        put(ids[i], tick * 2 + s, sizes[i]);
        depth = raise(s, tick, sizes[i], 1);
      } else if (what == 'C') {
        Order *order = find(ids[i]);
        int at = order->at;
        uint32_t size = sizes[i];
        bool isWhole = size == order->size;
        if (isWhole) drop(order);
        else order->size -= size;
        depth = lower(at & 1, at >> 1, size, isWhole);
      } else if (what == 'M') {
        Order *order = find(ids[i]);
        int tick = prices[i] / tickNanos - baseTick, at = order->at;
        uint32_t size = order->size;
        order->size = sizes[i];
        order->at = tick * 2 + s;
        int before = lower(at & 1, at >> 1, size, 1);
        depth = raise(s, tick, sizes[i], 1);
        if (tells && depth == DEEP && before < DEEP && at != tick * 2 + s) depth = countBetter(s, tick) + 1000;
      } else if (what == 'T') {
        depth = sideCode[i] == 'N' ? 0 : rankOf(sideCode[i] == 'B', prices[i] / tickNanos - baseTick);
      } else if (what == 'R') {
        clearBook();
      }
      // A level that is not shown is told as the first; one that an order moved to from a shown one has its rank.
      depth = depth >= 1000 ? depth - 1000 : depth == DEEP ? 0 : depth;
      if (!tells) continue;
      if (filled == ROWS) {
        out = out == first ? first + BLOCK : first;
        filled = 0;
      }
      size_t r = filled++;
      uint8_t *o8 = out + r * 8, *o4 = out + r * 4, *o1 = out + r;
      memcpy(o8, &tsEvent[i], 8);
      memcpy(o8 + WIDE, &prices[i], 8);
      memcpy(o8 + 2 * WIDE, &tsRecv[i], 8);
      memcpy(o4 + 3 * WIDE, &instrument[i], 4);
      memcpy(o4 + 3 * WIDE + WORD, &sizes[i], 4);
      memcpy(o4 + 3 * WIDE + 2 * WORD, &delta[i], 4);
      memcpy(o4 + 3 * WIDE + 3 * WORD, &sequence[i], 4);
      memcpy(out + r * 2 + 3 * WIDE + 4 * WORD, &publisher[i], 2);
      uint8_t *bytes = o1 + 3 * WIDE + 4 * WORD + HALF;
      bytes[0] = flags[i];
      bytes[BYTE] = what;
      bytes[2 * BYTE] = sideCode[i];
      bytes[3 * BYTE] = depth;
      uint8_t *l8 = o8 + EVENTS, *l4 = o4 + EVENTS + 2 * WIDE;
      const Top &bid = sides[0].top, &ask = sides[1].top;
      for (int k = 0; k < SHOWN; k++, l8 += LEVEL, l4 += LEVEL) {
        memcpy(l8, &bid.px[k], 8);
        memcpy(l8 + WIDE, &ask.px[k], 8);
        memcpy(l4, &bid.sz[k], 4);
        memcpy(l4 + WORD, &ask.sz[k], 4);
        memcpy(l4 + 2 * WORD, &bid.ct[k], 4);
        memcpy(l4 + 3 * WORD, &ask.ct[k], 4);
      }
    }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  // The rows of the last block, level by level; without rows the ten levels at the end.
  FILE *file = fopen(argv[2], "wb");
  std::vector<double> figures;
  for (size_t r = 0; r < (tells ? filled : 1); r++) {
    if (tells) figures.push_back(out[3 * WIDE + 4 * WORD + HALF + 3 * BYTE + r]);
    for (int k = 0; k < SHOWN; k++)
      for (int s = 0; s < 2; s++) {
        const Top &top = sides[s].top;
        int64_t px = top.px[k];
        uint32_t sz = top.sz[k], ct = top.ct[k];
        if (tells) {
          const uint8_t *level = out + EVENTS + k * LEVEL;
          memcpy(&px, level + s * WIDE + r * 8, 8);
          memcpy(&sz, level + 2 * WIDE + s * WORD + r * 4, 4);
          memcpy(&ct, level + 2 * WIDE + (2 + s) * WORD + r * 4, 4);
        }
        figures.push_back((double)px);
        figures.push_back(sz);
        figures.push_back(ct);
      }
  }
  fwrite(figures.data(), 8, figures.size(), file);
  return fclose(file);
}
