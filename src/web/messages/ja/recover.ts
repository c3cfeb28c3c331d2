/** 前の砦から戻す。 */
export const recover = {
  recover: {
    title: '前の砦から戻す',
    lead: '前の機械が使えなくなったときに、復旧キットの紙と、バックアップのある場所1つから、この機械に戻します。',
    offer: '前の機械が壊れた・盗まれた方は、こちらから元に戻せます。',
    words: '紙の語（17個）',
    wordsHint:
      '順に、空白か改行で区切って入れます。語の先頭4文字でも、4けたの番号でも、QRを読み取ったものでもかまいません。読めない語は ? とします。分けた控え2枚のときは、1枚目と2枚目の間に空の行を入れます。',
    place: 'バックアップのある場所',
    places: {
      folder: 'この機械のフォルダー（写しのあるディスク、カートリッジ、前の機械のディスク）',
      keeper: 'バックアップ専用機',
      s3: 'クラウド（S3）',
    },
    address: '場所',
    addressHint:
      'フォルダーなら /mnt/disk のような名前、専用機ならアドレス、クラウドなら https://サーバー/バケット/フォルダー（「場所の一覧」の紙にあります）。',
    name: '専用機の印（指紋）／クラウドの鍵の名前',
    nameHint: 'フォルダーのときは、空のままにします。',
    secret: '専用機の1回だけの番号／クラウドの鍵',
    secretHint:
      '番号は、専用機の前で次の1行を実行すると出ます: sudo bin/toride keeper invite --name recovery --kind read --of 専用機での名前 --code 6桁の番号（専用機での名前は「場所の一覧」の紙に、6桁の番号は管理者のスマートフォンにあります）',
    ledgerKey: '記録の鍵',
    ledgerKeyHint: '「場所の一覧」の紙にあります。入れると、戻したものが本物かを確かめます。',
    look: '戻せる日を探す',
    unreadable: (sheet: string, count: string) =>
      `${sheet}枚目を、17個の語として読めません（${count}個ありました）。抜けや、2つ以上の違いがあります。`,
    unknown: (sheet: string, places: string) =>
      `${sheet}枚目の${places}番目が読めません。紙の表にある語か番号を入れてください。`,
    corrected: (at: string, word: string) => `${at}番目は「${word}」として読みました。`,
    chooseTitle: 'どの日の状態に戻しますか',
    chooseNote:
      '◎と○は、バックアップ専用機が受け取った印のあるものです。乗っ取られたおそれのある日より前で、印のあるものを選んでください。',
    mark: {
      attested: '◎ 専用機が受け取り、別の機械が検査済み',
      received: '○ 専用機が受け取った',
      none: '－ 第三者の印はありません',
    },
    newest: '（いちばん新しい）',
    start: 'この日の状態に戻す',
    back: '入れ直す',
    running: '戻しています',
    runningNote:
      '電源を切らないでください。大きさによっては数時間かかります。切れても、もう一度はじめると続きからです。',
    progress: (name: string, files: string, total: string) => `「${name}」を写しています（${files} / ${total}）`,
    refresh: 'いまの様子を見る',
    doneTitle: (name: string) => `${name} を戻しました`,
    doneCode: 'この1回だけの番号で、下のアドレスを開いて、新しいパスワードを決めてください（72時間以内）。',
    login: '利用者名',
    code: '1回だけの番号',
    open: '戻した砦を開く',
    brought: (name: string, count: string) => `${name}: ${count}回分`,
    left: (name: string, count: string, left: string) =>
      `${name}: ${count}回分（ほかの${left}回分は、この場所にありませんでした）`,
    good: '改ざん防止の記録と照らし合わせ、すべて合いました。',
    problems: (count: string) =>
      `改ざん防止の記録と合わないところが${count}件あります。使い始める前に bin/toride ledger verify の結果を事業者に見せてください。`,
    after: '前の機械が盗まれたおそれがあるときは、復旧キットを作り直し、専用機とクラウドの鍵も取り替えてください。',
    keeper:
      'バックアップ専用機があるときは、専用機の前で次の1行を実行してください。記録の続きを受け入れ、コピーがまた始まります。',
    keeperCommand: 'sudo bin/toride keeper follow-log --name 専用機での名前 --code 6桁の番号',
  },
} as const
