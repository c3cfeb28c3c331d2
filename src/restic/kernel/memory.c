// Memory of the kernel: regions are handed out once and never returned, so nothing can leak or fragment.
#include "kernel.h"
extern uint8_t __heap_base;
static uint8_t *next = &__heap_base;

/** A region of `size` bytes on a 16-byte boundary, or 0 where memory ends. Untouched pages cost nothing. */
uint8_t *EXPORT(allocate)(uint32_t size) {
  uint64_t start = ((uint64_t)(uintptr_t)next + 15) & ~(uint64_t)15;
  uint64_t end = start + size;
  uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + 0xffff) >> 16) == (size_t)-1) return 0;
  next = (uint8_t *)(uintptr_t)end;
  return (uint8_t *)(uintptr_t)start;
}

/** Copies inside the kernel's memory; the regions may overlap. */
void EXPORT(move)(uint8_t *to, const uint8_t *from, uint32_t length) { __builtin_memmove(to, from, length); }

// zstd's contexts live in fixed memory: a call of malloc would be a mistake of ours and gets nothing.
void *malloc(size_t size) { return (void)size, (void *)0; }
void *calloc(size_t count, size_t size) { return (void)count, (void)size, (void *)0; }
void free(void *region) { (void)region; }
