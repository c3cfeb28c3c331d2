import type { watch as ja } from '../ja/watch.ts'
import type { Widen } from '../widen.ts'

export const watch: Widen<typeof ja> = {
  watch: {
    title: 'Take it when it changes',
    choose: 'These are programs or settings: take them when they change',
    hint: 'Every 5 minutes names, sizes and times are looked at. After a change and 10 quiet minutes it is taken (at most 12 times a day), and without a change at least every 6 days. The daily time may be left empty.',
    next: 'when it changes (at least every 6 days)',
    looked: (when) => `looked at ${when}`,
    notLooked: 'not looked at yet',
    waiting: 'It changed; it is taken once it is quiet.',
    failed: 'Part of the folder cannot be seen. Check where it is and whether it may be read.',
  },
}
