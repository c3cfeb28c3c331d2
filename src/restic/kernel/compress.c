// zstd with one compression and one decompression context for the life of the thread: a new context a call costs three
// times as much on records of 1 KB.
#define ZSTD_STATIC_LINKING_ONLY
#include "kernel.h"
#include "zstd.h"

uint8_t *allocate(uint32_t size);
static ZSTD_CCtx *compressor;
static ZSTD_DCtx *decompressor;

/** Makes both contexts in fixed memory; 1 where that worked. */
int EXPORT(zstd_init)(int level) {
  size_t c = ZSTD_estimateCCtxSize(level), d = ZSTD_estimateDCtxSize();
  uint8_t *cMemory = allocate(c), *dMemory = allocate(d);
  if (!cMemory || !dMemory) return 0;
  compressor = ZSTD_initStaticCCtx(cMemory, c);
  decompressor = ZSTD_initStaticDCtx(dMemory, d);
  if (!compressor || !decompressor) return 0;
  return !ZSTD_isError(ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, level));
}

/** Bytes written, or -1. */
int EXPORT(zstd_compress)(uint8_t *to, uint32_t capacity, const uint8_t *from, uint32_t length) {
  size_t n = ZSTD_compress2(compressor, to, capacity, from, length);
  return ZSTD_isError(n) ? -1 : (int)n;
}

/** Bytes written, or -1: damaged, or larger than `capacity`. */
int EXPORT(zstd_decompress)(uint8_t *to, uint32_t capacity, const uint8_t *from, uint32_t length) {
  size_t n = ZSTD_decompressDCtx(decompressor, to, capacity, from, length);
  return ZSTD_isError(n) ? -1 : (int)n;
}

/** Plaintext bytes that the first frame states; -1 where it states none, -2 where it is no frame. */
double EXPORT(zstd_content_size)(const uint8_t *from, uint32_t length) {
  unsigned long long n = ZSTD_getFrameContentSize(from, length);
  return n == ZSTD_CONTENTSIZE_UNKNOWN ? -1 : n == ZSTD_CONTENTSIZE_ERROR ? -2 : (double)n;
}
