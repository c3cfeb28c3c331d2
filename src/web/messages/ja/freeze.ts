/** Keeping what is over as well, while something is suspected. */
export const freeze = {
  title: '期限の過ぎたバックアップも残す',
  lead: '感染が疑われるあいだ、古いバックアップも消さないようにできます。きれいなものが、その中にあるかもしれません。',
  act: '30日間、古いものも消さない',
  renew: '今日から30日に延ばす',
  until: (date: string) => `${date}まで、期限の過ぎたバックアップも消しません。`,
  untilNext:
    'まだ調べているときは、その前に延ばしてください。途中でやめることはできません（侵入者にやめられないためです）。',
  told: (place: string) => `${place}: 伝わっています。`,
  notTold: (place: string) => `${place}: まだ伝わっていません。つながったら、すぐに伝えます。`,
  ask: 'バックアップの管理をする人に、頼んでください。',
}
