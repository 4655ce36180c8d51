/** Portuguese: the tour, the game, the drawn faces. */
import type { Translation } from '../message.js';
import type { discover } from './en.js';

export default {
  tryDrawn: 'Experimentar com rostos desenhados',
  drawnHint:
    'Sem arquivos à mão? Estes desenhos são feitos nesta página. Os números deles dizem como os desenhos são lidos, não as pessoas.',
  tourOffer: 'Primeira vez aqui?',
  tourStart: 'Uma visita em quatro passos',
  tourNo: 'Não, obrigado',
  tourStep: '{index} de {total}',
  'tour.source': 'Mostre um rosto',
  'tour.source.text':
    'Câmera, foto ou vídeo: escolha um, ou solte um arquivo em qualquer lugar. A imagem é lida neste dispositivo e não é enviada a lugar nenhum.',
  'tour.sample': 'Veja antes uma leitura',
  'tour.sample.text':
    'O modelo leu estas pinturas. Uma leitura diz como as pessoas chamariam o aspecto de um rosto, não o que alguém sente.',
  'tour.tabs': 'Ensine e teste',
  'tour.tabs.text':
    'Treinar ensina rostos seus, Avaliar mede com que frequência ele acerta, Modelos guarda o que você fez. Tudo pode ser experimentado sem arquivos.',
  'tour.status': 'Veja como funciona',
  'tour.status.text': 'Esta linha nomeia o modelo e quanto ele demora, e diz o que sai da página: nada.',
  back: 'Voltar',
  next: 'Avançar',
  done: 'Concluir',
  tourEnd: 'Terminar a visita',
  game: 'Faça esta cara',
  gameMake: 'Faça esta cara: {expression}',
  gameBest: 'O melhor até agora: {count}',
  gameNoFace: 'Nenhum rosto nítido à vista',
  gameSkip: 'Pular',
  gameEnd: 'Terminar o jogo',
  gameAgain: 'Jogar de novo',
  gameDone: '{points} de {total} pontos',
  gameCaution:
    'Um ponto é uma de dez pessoas que chamariam assim o aspecto do seu rosto, segundo a estimativa do modelo. Medo, nojo e desprezo são os mais difíceis, também para as pessoas.',
  'how.neutral': 'O rosto em repouso, lábios fechados',
  'how.happiness': 'Cantos da boca para cima, bochechas levantadas',
  'how.surprise': 'Sobrancelhas para cima, olhos arregalados, queixo caído',
  'how.sadness': 'Pontas internas das sobrancelhas para cima, cantos da boca para baixo',
  'how.anger': 'Sobrancelhas baixas e juntas, lábios apertados',
  'how.disgust': 'Nariz franzido, lábio superior levantado',
  'how.fear': 'Sobrancelhas para cima e juntas, olhos arregalados, lábios esticados para os lados',
  'how.contempt': 'Um canto da boca puxado para cima e para trás',
} as const satisfies Translation<typeof discover>;
