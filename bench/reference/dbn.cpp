// Market-by-order records of src/data/dbn from bytes to columns, in blocks of 65,536, over and over the same memory.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

static const int ROOM = 65536;

struct Block {
  uint16_t publisher[ROOM];
  uint32_t instrument[ROOM];
  uint64_t tsEvent[ROOM], orderId[ROOM];
  int64_t price[ROOM];
  uint32_t size[ROOM];
  uint8_t flags[ROOM], channel[ROOM], action[ROOM], side[ROOM];
  uint64_t tsRecv[ROOM];
  int32_t delta[ROOM];
  uint32_t sequence[ROOM];
};

template <class T> static T at(const uint8_t *bytes) {
  T value;
  memcpy(&value, bytes, sizeof(T));
  return value;
}

// Stops before the first record of another kind, as ours does.
static int decode(const uint8_t *bytes, int count, uint16_t head, int stride, Block &to, int first) {
  int row = first;
  for (; row < first + count; row++, bytes += stride) {
    if (at<uint16_t>(bytes) != head) break;
    to.publisher[row] = at<uint16_t>(bytes + 2);
    to.instrument[row] = at<uint32_t>(bytes + 4);
    to.tsEvent[row] = at<uint64_t>(bytes + 8);
    to.orderId[row] = at<uint64_t>(bytes + 16);
    to.price[row] = at<int64_t>(bytes + 24);
    to.size[row] = at<uint32_t>(bytes + 32);
    to.flags[row] = bytes[36];
    to.channel[row] = bytes[37];
    to.action[row] = bytes[38];
    to.side[row] = bytes[39];
    to.tsRecv[row] = at<uint64_t>(bytes + 40);
    to.delta[row] = at<int32_t>(bytes + 48);
    to.sequence[row] = at<uint32_t>(bytes + 52);
  }
  return row - first;
}

int main(int, char **argv) {
  FILE *in = fopen(argv[1], "rb");
  int32_t facts[3];
  if (fread(facts, 4, 3, in) != 3) return 2;
  int rows = facts[0], passes = facts[1], turns = facts[2];
  std::vector<uint8_t> bytes((size_t)rows * 56);
  if (fread(bytes.data(), 1, bytes.size(), in) != bytes.size()) return 2;
  Block *block = (Block *)calloc(1, sizeof(Block));
  int filled = 0;
  for (int turn = 0; turn < turns; turn++) {
    clock_t started = clock();
    // Blocks grow as ours do, 256 rows and then four times as many each time, and go on from pass to pass.
    int room = 256;
    filled = 0;
    for (int pass = 0; pass < passes; pass++)
      for (int from = 0; from < rows;) {
        if (filled == room) {
          room = room * 4 < ROOM ? room * 4 : ROOM;
          filled = 0;
        }
        int count = rows - from < room - filled ? rows - from : room - filled;
        int read = decode(&bytes[(size_t)from * 56], count, 14 | 0xa0 << 8, 56, *block, filled);
        if (read == 0) return 3;
        filled += read;
        from += read;
      }
    printf("%.3f\n", 1000.0 * (clock() - started) / CLOCKS_PER_SEC);
  }
  FILE *out = fopen(argv[2], "wb");
  fwrite(block->publisher, 2, filled, out);
  fwrite(block->instrument, 4, filled, out);
  fwrite(block->tsEvent, 8, filled, out);
  fwrite(block->orderId, 8, filled, out);
  fwrite(block->price, 8, filled, out);
  fwrite(block->size, 4, filled, out);
  fwrite(block->flags, 1, filled, out);
  fwrite(block->channel, 1, filled, out);
  fwrite(block->action, 1, filled, out);
  fwrite(block->side, 1, filled, out);
  fwrite(block->tsRecv, 8, filled, out);
  fwrite(block->delta, 4, filled, out);
  fwrite(block->sequence, 4, filled, out);
  return fclose(out);
}
