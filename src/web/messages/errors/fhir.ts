/** fhir-server: another system's FHIR R4 server, and a night's backup of it that is not whole */
import type { ErrorEntry } from '../errors.ts'

export const fhirServerErrors = {
  FHIR_SERVER_ADDRESS_INVALID: {
    ja: [
      'FHIRサーバーの住所の書き方が違います。',
      'https:// で始まり、最後に「?」や「#」の無い住所にします。http:// は、このサーバー自身の中だけで使えます。',
      '電子カルテの会社に「FHIR R4のベースURL」を聞いて、そのまま入れてください。',
    ],
    en: [
      'The address of the FHIR server is not valid.',
      'It begins with https:// and has no ? or #. http:// is for this machine alone.',
      'Ask the EHR vendor for the base URL of FHIR R4 and enter it as it is.',
    ],
  },
  FHIR_SERVER_KEY_INVALID: {
    ja: [
      '秘密鍵を読めません。',
      'PEM（PKCS #8）かJWKで、RSAの2048ビット以上、または楕円曲線P-384の、合言葉の付いていない鍵が要ります。',
      '鍵を作り直し（マニュアルにやり方があります）、全体を貼り付けてください。公開鍵は電子カルテの会社に登録してもらいます。',
    ],
    en: [
      'The private key cannot be read.',
      'It takes PEM (PKCS #8) or JWK: RSA of 2048 bits or more, or the curve P-384, without a passphrase.',
      'Make the key anew (the manual says how) and paste all of it. The vendor registers its public half.',
    ],
  },
  FHIR_SERVER_LOGIN_PLACE: {
    ja: [
      'FHIRサーバーの、ログインの窓口へ行けません。',
      '「.well-known/smart-configuration」に窓口が書かれていないか、ここで許していない別の住所が書かれています。秘密は送っていません。',
      '電子カルテの会社に窓口（トークンエンドポイント）の住所を聞き、「他に行ってよい住所」に入れてください。',
    ],
    en: [
      'The place to log in to the FHIR server cannot be used.',
      'Its .well-known/smart-configuration names none, or an address that nobody allowed here. No secret was sent.',
      'Ask the vendor for the address of the token endpoint and enter it under other addresses.',
    ],
  },
  FHIR_SERVER_UNREACHABLE: {
    ja: [
      'FHIRサーバーにつながりません。',
      '電源、ネットワーク、住所、またはファイアウォールのどれかです。何度か試しましたが、返事がありませんでした。',
      '住所を確かめ、電子カルテの会社に「このサーバーからのHTTPS接続が通るか」を聞いてください。次の時刻にまた試します。',
    ],
    en: [
      'The FHIR server cannot be reached.',
      'Power, network, address or firewall. It was tried several times without an answer.',
      'Check the address and ask the vendor whether HTTPS from this server is let through. It is tried again at the next time.',
    ],
  },
  FHIR_SERVER_CERTIFICATE_WRONG: {
    ja: [
      'FHIRサーバーの証明書を信用できません。',
      '証明書が登録したものと違うか、期限切れか、院内の認証局のものです。合言葉は送っていません。',
      '電子カルテの会社に証明書の「SHA-256の指紋」を聞き、電話などネットワーク以外で確かめてから入れてください。',
    ],
    en: [
      'The certificate of the FHIR server is not trusted.',
      'It is another than was registered, has expired, or comes from an internal authority. No password was sent.',
      'Ask the vendor for the SHA-256 fingerprint of the certificate by telephone and enter it.',
    ],
  },
  FHIR_SERVER_LOGIN_REFUSED: {
    ja: [
      'FHIRサーバーに断られました。',
      '合言葉（トークン）や鍵が違うか、期限が切れたか、読む権限がありません。鍵で入るときは、時計のずれでも断られます。',
      '電子カルテの会社に、読み取り専用の接続情報を出し直してもらい、入れ直してください。',
    ],
    en: [
      'The FHIR server refused us.',
      'The token, password or key is wrong or has expired, or it may not read. With a key, a clock that is off is refused too.',
      'Have the vendor issue read-only credentials anew and enter them.',
    ],
  },
  FHIR_SERVER_NOT_FHIR: {
    ja: [
      'この住所は、FHIR R4のサーバーではありません。',
      '「/metadata」にFHIR R4（4.0）の答えが返ってきません。画面の住所や、別の版の住所かもしれません。',
      '電子カルテの会社に「FHIR R4のベースURL」を聞いて、入れ直してください。',
    ],
    en: [
      'There is no FHIR R4 server at this address.',
      '/metadata does not answer as FHIR R4 (4.0). It may be the address of a web page or of another version.',
      'Ask the vendor for the base URL of FHIR R4 and enter it.',
    ],
  },
  FHIR_SERVER_BUSY: {
    ja: [
      'FHIRサーバーが混んでいるか、止まりかけています。',
      '「後にしてほしい」または内部エラーの返事が続きました。',
      '次の時刻にまた試します。続くときは、時刻を変えるか、電子カルテの会社に伝えてください。',
    ],
    en: [
      'The FHIR server is busy or failing.',
      'It kept asking to come later, or answered with errors of its own.',
      'It is tried again at the next time. If it goes on, choose another time or tell the vendor.',
    ],
  },
  FHIR_SERVER_ANSWER_WRONG: {
    ja: [
      'FHIRサーバーの答えが決まりと違うため、途中でやめました。',
      '同じページの繰り返し、許していない別のサーバーへの案内、ログインの場所が無い、途中で切れた答え、約束した数に足りない答えなどです。',
      '次の時刻にまた試します。続くときは、この画面を電子カルテの会社に見せてください。',
    ],
    en: [
      'The FHIR server answered against the rules, and we stopped.',
      'Pages that repeat, links to a server that nobody named, no place to log in, answers that are cut or shorter than promised.',
      'It is tried again at the next time. If it goes on, show this page to the vendor.',
    ],
  },
  VAULT_FHIR_INCOMPLETE: {
    ja: [
      'FHIRサーバーから、一部の種類の記録を取れませんでした。',
      '取れた分はバックアップしました。取れなかった種類は前回の分を残し、無いものは無いままです。',
      '「取れなかったもの」で種類を見て、電子カルテの会社に伝えてください。全部取れるまで、この印は消えません。',
    ],
    en: [
      'Some kinds of record could not be taken from the FHIR server.',
      'What came was backed up. Of the kinds that failed the last state is kept, where there is one.',
      'See the kinds under what could not be read, and tell the vendor. This mark stays until everything comes.',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
