// Counter mode around an AES that JavaScript supplies: Node's per-cipher set-up costs 36 us, one persistent ECB cipher
// over many counter blocks costs 2 us a blob and less in batches.
#include "kernel.h"

/** Big-endian 128-bit counters iv+first, iv+first+1, … into `out` (restic: the IV is the whole first counter block). */
void EXPORT(counters)(const uint8_t *iv, uint32_t first, uint32_t blocks, uint8_t *out) {
  uint64_t high = __builtin_bswap64(*(const uint64_t *)iv), low = __builtin_bswap64(*(const uint64_t *)(iv + 8));
  low += first;
  if (low < first) high++;
  for (uint64_t *o = (uint64_t *)out; blocks--; o += 2) {
    o[0] = __builtin_bswap64(high);
    o[1] = __builtin_bswap64(low);
    if (++low == 0) high++;
  }
}

/** data ^= stream */
void EXPORT(xor)(uint8_t *data, const uint8_t *stream, uint32_t length) {
  uint32_t i = 0;
  for (; i + 8 <= length; i += 8) *(uint64_t *)(data + i) ^= *(const uint64_t *)(stream + i);
  for (; i < length; i++) data[i] ^= stream[i];
}

/** Counter blocks of several blobs, one after the other; bytes written. */
uint32_t EXPORT(batch_counters)(const Sealed *blobs, uint32_t count, uint8_t *out) {
  uint8_t *o = out;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t blocks = (blobs[i].length + 15) >> 4;
    counters(blobs[i].iv, 0, blocks, o);
    o += (size_t)blocks << 4;
  }
  return (uint32_t)(o - out);
}

/** XORs each blob's text with its part of the stream that came of batch_counters. */
void EXPORT(batch_xor)(const Sealed *blobs, uint32_t count, const uint8_t *stream) {
  for (uint32_t i = 0; i < count; i++) {
    xor(blobs[i].iv + 16, stream, blobs[i].length);
    stream += (blobs[i].length + 15) & ~15u;
  }
}

/** Collects the IVs, to make their MAC nonces in one call of the cipher. */
void EXPORT(batch_ivs)(const Sealed *blobs, uint32_t count, uint8_t *out) {
  for (uint32_t i = 0; i < count; i++) __builtin_memcpy(out + 16 * i, blobs[i].iv, 16);
}
