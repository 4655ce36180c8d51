/** Japanese: the tour, the game, the drawn faces. */
import type { Translation } from '../message.js';
import type { discover } from './en.js';

export default {
  tryDrawn: '描いた顔で試す',
  drawnHint:
    '手元にファイルがありませんか。これらの絵はこのページで作られます。その数値は、人ではなく絵がどう読まれるかを示します。',
  tourOffer: '初めてですか？',
  tourStart: '4 ステップの案内',
  tourNo: '今はしない',
  tourStep: '{index} / {total}',
  'tour.source': '顔を見せてください',
  'tour.source.text':
    'カメラ、写真、動画から選ぶか、ファイルをここにドロップしてください。画像はこの端末で読み取られ、どこにも送られません。',
  'tour.sample': 'まず結果を見る',
  'tour.sample.text':
    'モデルはこれらの絵を読みました。結果は、人々がその顔つきを何と呼ぶかを示すもので、その人が何を感じているかではありません。',
  'tour.tabs': '教えて、試す',
  'tour.tabs.text':
    '「学習」で自分の顔を教え、「評価」で正しさを測り、「モデル」に作ったものを残します。どれもファイルなしで試せます。',
  'tour.status': '仕組みを見る',
  'tour.status.text':
    'この行には、使うモデルとかかる時間、そしてこのページから出るものが何もないことが書かれています。',
  back: '戻る',
  next: '次へ',
  done: '完了',
  tourEnd: '案内を終える',
  game: 'この顔をしてみる',
  gameMake: 'この顔をしてください：{expression}',
  gameBest: 'これまでの最高：{count}',
  gameNoFace: 'はっきりした顔が見えません',
  gameSkip: 'とばす',
  gameEnd: 'ゲームを終える',
  gameAgain: 'もう一度',
  gameDone: '{total} 点中 {points} 点',
  gameCaution:
    '1 点は、あなたの表情をそう呼ぶ 10 人のうちの 1 人で、モデルの推定です。恐れ、嫌悪、軽蔑は人にとっても最も難しい表情です。',
  'how.neutral': '力を抜いた顔、唇は閉じる',
  'how.happiness': '口角を上げ、頬を上げる',
  'how.surprise': '眉を上げ、目を見開き、あごを下げる',
  'how.sadness': '眉の内側を上げ、口角を下げる',
  'how.anger': '眉を下げて寄せ、唇を結ぶ',
  'how.disgust': '鼻にしわを寄せ、上唇を上げる',
  'how.fear': '眉を上げて寄せ、目を見開き、唇を横に引く',
  'how.contempt': '片方の口角を上と後ろに引く',
} as const satisfies Translation<typeof discover>;
