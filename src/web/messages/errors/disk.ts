import type { ErrorCode } from '#base'
import type { ErrorEntry } from '../errors.ts'

export const diskErrors: Readonly<Record<Extract<ErrorCode, `DISK_${string}`>, ErrorEntry>> = {
  DISK_DAMAGED: {
    ja: [
      'ディスクイメージの中身が壊れていて、読めません。',
      'イメージの表が、ファイルの大きさと合いません。取得したときから壊れていたか、書き込みの途中で取得されました。',
      '前の日のバックアップから起動してください。',
    ],
    en: [
      'The disk image is damaged and cannot be read.',
      'Its tables do not fit the size of the file: it was damaged when it was taken, or taken while it was written.',
      'Start from the backup of an earlier day.',
    ],
  },
  DISK_UNSUPPORTED: {
    ja: [
      'このディスクイメージの形式は、そのままでは起動できません。',
      '暗号化されているか、差分だけのファイルか、まだ対応していない形式です。',
      'ファイルとして取り出し、作ったソフトで開いてください。',
    ],
    en: [
      'A disk image of this form cannot be started directly.',
      'It is encrypted, holds only the differences of a snapshot, or is of a form that is not supported yet.',
      'Take it out as a file and open it with the program that made it.',
    ],
  },
  DISK_PART_MISSING: {
    ja: [
      'ディスクイメージの一部が、このバックアップにありません。',
      'イメージは複数のファイルに分かれていて、その一つが取得元の外にあります。',
      '取得元に、イメージのすべてのファイルが入ったフォルダーを加えてください。今は、そろっている日のバックアップを選んでください。',
    ],
    en: [
      'A part of the disk image is not in this backup.',
      'The image consists of several files, and one of them lies outside the source.',
      'Add the folder with all files of the image to the source. For now choose the backup of a day that has them all.',
    ],
  },
  DISK_OVERLAY_FOREIGN: {
    ja: [
      '前回の起動で書かれた変更は、このディスクのものではありません。',
      'ディスクの大きさが違います。',
      '変更を使わずに、新しく起動してください。前回の変更はそのまま残ります。',
    ],
    en: [
      'The changes that an earlier start left do not belong to this disk.',
      'The disk has another size.',
      'Start anew without them; what was changed earlier stays where it is.',
    ],
  },
  DISK_ADDRESS_TAKEN: {
    ja: [
      'この番号（ポート）では待ち受けられません。',
      '同じ番号を、この機械のほかのプログラムが使っています。',
      '番号を一つ大きくして、もう一度押してください。',
    ],
    en: [
      'Nothing can be served on this port.',
      'Another program of this computer uses the same number.',
      'Make the number one larger and try again.',
    ],
  },
  DISK_ADDRESS_UNKNOWN: {
    ja: [
      'このアドレスでは待ち受けられません。',
      'この機械のアドレスではありません。線が抜けたか、アドレスが変わっています。',
      '画面を開き直して、出ているアドレスから選んでください。',
    ],
    en: [
      'Nothing can be served at this address.',
      'It is no address of this computer: a cable was pulled, or the address has changed.',
      'Open the page again and choose one of the addresses that it shows.',
    ],
  },
  DISK_SESSION_UNKNOWN: {
    ja: ['この即時起動は見つかりません。', '記録にない番号です。', '「すぐに動かす」の一覧から選び直してください。'],
    en: [
      'There is no such instant start.',
      'Its number is not on record.',
      'Choose it from the list of instant starts.',
    ],
  },
  DISK_SESSION_RUNNING: {
    ja: [
      'このディスクは、今動いています。',
      '動いている間は、変更を捨てることも書き出すこともできません。途中の姿になるためです。',
      'つないでいる機械を終了し、ここで「止める」を押してから、もう一度行ってください。',
    ],
    en: [
      'This disk is running.',
      'While it runs its changes can be neither thrown away nor written out: they would be half of something.',
      'Shut down the machine that uses it, press “stop” here, then try again.',
    ],
  },
  DISK_CHANGES_GONE: {
    ja: [
      '続きから動かすための変更がありません。',
      '捨てられたか、続きの起動に引き継がれたか、砦の機械が入れ替わりました。',
      'バックアップから新しく起動してください。',
    ],
    en: [
      'The changes to continue with are not there.',
      'They were thrown away, went on in a later start, or this computer was replaced.',
      'Start anew from the backup.',
    ],
  },
  DISK_TARGET_INVALID: {
    ja: [
      'この場所には書き出せません。',
      '書き出し先が、この機械にあるフォルダーではないか、書き込めないか、砦自身のフォルダーの中です。',
      '書き込めるフォルダーを、/ から始まる道筋で入れてください。',
    ],
    en: [
      'The image cannot be written there.',
      'It is no folder of this computer, takes no files, or lies inside Toride’s own.',
      'Enter a folder that can be written to, by its path from / on.',
    ],
  },
  DISK_INSIDE_UNREADABLE: {
    ja: [
      'ディスクの中のファイルを読めません。',
      '壊れているか、暗号化されているか、対応していない種類（ext4とNTFSだけに対応）です。',
      'ディスクごと「すぐに動かす」で起動し、その機械の中でファイルを取り出してください。',
    ],
    en: [
      'The files inside the disk cannot be read.',
      'It is damaged, encrypted, or of another kind than ext4 and NTFS.',
      'Start the whole disk at once and take the file out inside that machine.',
    ],
  },
  DISK_TOOL_MISSING: {
    ja: [
      'ディスクの中を読むためのプログラムが、この機械にありません。',
      'ext4には e2fsprogs、NTFSには ntfs-3g、共通で nbdfuse と bubblewrap が必要です。',
      '保守の会社に、e2fsprogs・ntfs-3g・libnbd-bin・fuse3・bubblewrap を入れるよう頼んでください。入るまでは、ディスクごと「すぐに動かす」を使えます。',
    ],
    en: [
      'A program for reading inside the disk is not on this computer.',
      'ext4 needs e2fsprogs, NTFS needs ntfs-3g, both need nbdfuse and bubblewrap.',
      'Ask your maintainer to install them. Until then the whole disk can be started at once.',
    ],
  },
}
