import type { freeze as ja } from '../ja/freeze.ts'
import type { Widen } from '../widen.ts'

export const freeze: Widen<typeof ja> = {
  title: 'Keep what is over as well',
  lead: 'While an infection is suspected, old backups can be kept too. The clean one may be among them.',
  act: 'Let nothing go for 30 days',
  renew: 'Renew for 30 days from today',
  until: (date) => `Until ${date} nothing is let go, even if its time is over.`,
  untilNext:
    'Renew it before then if you are still looking. It cannot be ended early, so that an intruder cannot end it.',
  told: (place) => `${place}: has heard of it.`,
  notTold: (place) => `${place}: has not heard of it yet. It will as soon as it answers.`,
  ask: 'Ask the person who looks after the backups.',
}
