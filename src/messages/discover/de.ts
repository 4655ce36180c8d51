/** German: the tour, the game, the drawn faces. */
import type { Translation } from '../message.js';
import type { discover } from './en.js';

export default {
  tryDrawn: 'Mit gezeichneten Gesichtern probieren',
  drawnHint:
    'Keine Dateien zur Hand? Diese Zeichnungen entstehen in dieser Seite. Ihre Zahlen sagen, wie Zeichnungen gelesen werden, nicht Menschen.',
  tourOffer: 'Neu hier?',
  tourStart: 'Ein Rundgang in vier Schritten',
  tourNo: 'Nein danke',
  tourStep: '{index} von {total}',
  'tour.source': 'Ein Gesicht zeigen',
  'tour.source.text':
    'Kamera, Foto oder Video: wählen Sie, oder legen Sie eine Datei irgendwo hier ab. Das Bild wird auf diesem Gerät gelesen und nirgendwohin gesendet.',
  'tour.sample': 'Erst ein Ergebnis ansehen',
  'tour.sample.text':
    'Das Modell hat diese Gemälde gelesen. Ein Ergebnis sagt, wie Menschen den Ausdruck eines Gesichts nennen würden, nicht, was jemand fühlt.',
  'tour.tabs': 'Anlernen und prüfen',
  'tour.tabs.text':
    'Trainieren lehrt es eigene Gesichter, Bewerten misst, wie oft es recht hat, Modelle bewahrt auf, was Sie gemacht haben. Alles geht zum Probieren ohne Dateien.',
  'tour.status': 'Sehen, wie es arbeitet',
  'tour.status.text': 'Diese Zeile nennt das Modell und seine Zeit und sagt, was die Seite verlässt: nichts.',
  back: 'Zurück',
  next: 'Weiter',
  done: 'Fertig',
  tourEnd: 'Rundgang beenden',
  game: 'Dieses Gesicht machen',
  gameMake: 'Machen Sie dieses Gesicht: {expression}',
  gameBest: 'Bisher am besten: {count}',
  gameNoFace: 'Kein klares Gesicht im Bild',
  gameSkip: 'Überspringen',
  gameEnd: 'Spiel beenden',
  gameAgain: 'Noch einmal',
  gameDone: '{points} von {total} Punkten',
  gameCaution:
    'Ein Punkt ist einer von zehn Menschen, die Ihren Ausdruck so nennen würden, wie das Modell schätzt. Angst, Ekel und Verachtung sind am schwersten, auch für Menschen.',
  'how.neutral': 'Das Gesicht in Ruhe, Lippen geschlossen',
  'how.happiness': 'Mundwinkel hoch, Wangen gehoben',
  'how.surprise': 'Brauen hoch, Augen weit, Kiefer fallen lassen',
  'how.sadness': 'Innere Enden der Brauen hoch, Mundwinkel hinab',
  'how.anger': 'Brauen hinab und zusammen, Lippen gepresst',
  'how.disgust': 'Nase gerümpft, Oberlippe gehoben',
  'how.fear': 'Brauen hoch und zusammen, Augen weit, Lippen zur Seite gezogen',
  'how.contempt': 'Ein Mundwinkel nach oben und hinten gezogen',
} as const satisfies Translation<typeof discover>;
