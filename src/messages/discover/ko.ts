/** Korean: the tour, the game, the drawn faces. */
import type { Translation } from '../message.js';
import type { discover } from './en.js';

export default {
  tryDrawn: '그려진 얼굴로 해 보기',
  drawnHint:
    '파일이 없으신가요? 이 그림들은 이 페이지에서 만들어집니다. 이 그림의 수치는 사람이 아니라 그림을 얼마나 잘 읽는지를 말합니다.',
  tourOffer: '처음이신가요?',
  tourStart: '네 단계 둘러보기',
  tourNo: '괜찮습니다',
  tourStep: '{index} / {total}',
  'tour.source': '얼굴을 보여 주세요',
  'tour.source.text':
    '카메라, 사진, 동영상 가운데 하나를 고르거나 파일을 여기 아무 곳에나 놓으세요. 이미지는 이 기기에서 읽히며 어디로도 전송되지 않습니다.',
  'tour.sample': '먼저 결과를 보세요',
  'tour.sample.text':
    '모델이 이 그림들을 읽었습니다. 결과는 사람들이 그 얼굴 표정을 무엇이라 부를지를 말하며, 그 사람이 느끼는 것을 말하지 않습니다.',
  'tour.tabs': '가르치고 시험하기',
  'tour.tabs.text':
    '학습에서는 여러분의 얼굴을 가르치고, 평가에서는 얼마나 자주 맞는지 재며, 모델에서는 만든 것을 보관합니다. 모두 파일 없이 해 볼 수 있습니다.',
  'tour.status': '어떻게 작동하는지 보기',
  'tour.status.text': '이 줄은 모델과 걸리는 시간, 그리고 페이지 밖으로 나가는 것이 없음을 알려 줍니다.',
  back: '이전',
  next: '다음',
  done: '완료',
  tourEnd: '둘러보기 끝내기',
  game: '이 표정 지어 보기',
  gameMake: '이 표정을 지어 보세요: {expression}',
  gameBest: '지금까지 최고: {count}',
  gameNoFace: '뚜렷한 얼굴이 보이지 않습니다',
  gameSkip: '건너뛰기',
  gameEnd: '게임 끝내기',
  gameAgain: '다시 하기',
  gameDone: '{total}점 가운데 {points}점',
  gameCaution:
    '1점은 여러분의 표정을 그렇게 부를 열 사람 가운데 한 사람으로, 모델이 추정한 것입니다. 두려움, 혐오, 경멸은 사람에게도 가장 어렵습니다.',
  'how.neutral': '편안한 얼굴, 다문 입술',
  'how.happiness': '입꼬리를 올리고 볼을 올립니다',
  'how.surprise': '눈썹을 올리고 눈을 크게 뜨고 턱을 내립니다',
  'how.sadness': '눈썹 안쪽 끝을 올리고 입꼬리를 내립니다',
  'how.anger': '눈썹을 내려 모으고 입술을 꽉 다뭅니다',
  'how.disgust': '코를 찡그리고 윗입술을 올립니다',
  'how.fear': '눈썹을 올려 모으고 눈을 크게 뜨고 입술을 옆으로 당깁니다',
  'how.contempt': '한쪽 입꼬리를 위와 뒤로 당깁니다',
} as const satisfies Translation<typeof discover>;
