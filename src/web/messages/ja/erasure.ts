/** 消去台帳。 */
export const erasure = {
  erasure: {
    title: '消去台帳',
    lead: '消すべき記録を載せます。載せたその時から、検索・カルテ・文書・中身の一覧・印刷のどこにも出ず、次のバックアップからは取りません。',
    limits:
      'すでに取ったバックアップは、消せない期限が終わるまで残ります（だれにも消せない約束だからです）。閲覧の記録は消えません。電子カルテ本体からは、別に消してください。',
    kindHead: '何を消しますか',
    kind: { patient: '患者1人の記録すべて（患者ID）', path: 'ファイルかフォルダー（元の場所の名前）' },
    what: '患者ID、またはファイルの場所',
    whatHint: '例: 00012345　または　/srv/書類/紹介状/0001234.pdf（フォルダーなら、中もすべて）',
    reasonHead: 'わけ',
    reason: {
      request: 'ご本人などからの求め',
      'retention-over': '保存期間が過ぎた',
      'wrong-data': '間違って入った記録',
      order: '命令・判決',
    },
    submit: '台帳に載せて隠す',
    notFound:
      '見つかりません。残っているバックアップのどれにも、そのIDの方・その名前の場所がありません。綴りを確かめてください。何も隠していません。',
    listTitle: '載せたもの',
    none: 'まだ何も載せていません。',
    whatHead: '消すもの',
    enteredHead: '載せた日と人',
    stateHead: 'いまの状態',
    waiting: (count: string) => `隠しています。${count}回分のバックアップに残っています。`,
    endsAt: (day: string) => `${day}に、すべての写しから無くなります。`,
    needsRenewal:
      '無くなる日は、新しい保存先（別の鍵で取り直す、次からの置き場所）に切り替えると決まります。古い保存先は期限が終わると、まるごと無くなります。',
    lifted: (day: string) => `${day}に外しました（見えます）`,
    done: (day: string) => `${day}に、すべての写しから無くなりました。`,
    renew: '新しい保存先に切り替える',
    renewQuestion: (name: string) => `「${name}」を、新しい鍵の保存先に切り替えますか。`,
    renewNote:
      '次のバックアップで全部を読み直し、置き場所がしばらく約2倍要ります。今までの保存先は期限まで読め、期限が終わるとまるごと無くなります。何件かまとめて切り替えると、1回ですみます。',
    lift: '台帳から外す',
    liftReason: { mistake: '間違えて載せた', withdrawn: '求めが取り下げられた' },
    certificate: '証明書を見る・刷る',
    certificateTitle: '消去証明書',
    certificateBody: (what: string) =>
      `下の記録は、当院の砦によるバックアップの、すべての保管場所の写しから無くなりました（${what}）。`,
    certificateNote:
      'この証明は、砦が預かった写しについてのものです。電子カルテ本体、紙、取り外したカートリッジの中の古い写しは含みません。',
    entryNumber: '台帳の番号',
    doneOn: '無くなった日',
    sign: '確認した人（署名）',
    link: '消去台帳',
  },
} as const
