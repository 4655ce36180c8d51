/** French: the tour, the game, the drawn faces. */
import type { Translation } from '../message.js';
import type { discover } from './en.js';

export default {
  tryDrawn: 'Essayer avec des visages dessinés',
  drawnHint:
    'Pas de fichiers sous la main ? Ces dessins sont faits dans cette page. Leurs chiffres disent comment les dessins sont lus, pas les personnes.',
  tourOffer: 'Première visite ?',
  tourStart: 'Une visite en quatre étapes',
  tourNo: 'Non merci',
  tourStep: '{index} sur {total}',
  'tour.source': 'Montrez-lui un visage',
  'tour.source.text':
    'Caméra, photo ou vidéo : choisissez, ou déposez un fichier n’importe où ici. L’image est lue sur cet appareil et n’est envoyée nulle part.',
  'tour.sample': 'Voyez d’abord une lecture',
  'tour.sample.text':
    'Le modèle a lu ces tableaux. Une lecture dit comment des gens nommeraient l’air d’un visage, pas ce que quelqu’un ressent.',
  'tour.tabs': 'Apprenez-lui, et testez-le',
  'tour.tabs.text':
    'Entraîner lui apprend vos propres visages, Évaluer mesure combien de fois il a raison, Modèles garde ce que vous avez fait. Tout peut s’essayer sans fichiers.',
  'tour.status': 'Voyez comment cela marche',
  'tour.status.text': 'Cette ligne nomme le modèle et le temps qu’il prend, et dit ce qui quitte la page : rien.',
  back: 'Retour',
  next: 'Suivant',
  done: 'Terminé',
  tourEnd: 'Terminer la visite',
  game: 'Faites cette tête',
  gameMake: 'Faites cette tête : {expression}',
  gameBest: 'Le mieux jusqu’ici : {count}',
  gameNoFace: 'Aucun visage net en vue',
  gameSkip: 'Passer',
  gameEnd: 'Terminer le jeu',
  gameAgain: 'Rejouer',
  gameDone: '{points} points sur {total}',
  gameCaution:
    'Un point est une personne sur dix qui nommerait ainsi l’air de votre visage, selon l’estimation du modèle. La peur, le dégoût et le mépris sont les plus difficiles, pour les gens aussi.',
  'how.neutral': 'Le visage au repos, lèvres fermées',
  'how.happiness': 'Coins de la bouche relevés, joues soulevées',
  'how.surprise': 'Sourcils levés, yeux grands ouverts, mâchoire tombante',
  'how.sadness': 'Bouts intérieurs des sourcils levés, coins de la bouche abaissés',
  'how.anger': 'Sourcils abaissés et rapprochés, lèvres serrées',
  'how.disgust': 'Nez plissé, lèvre supérieure relevée',
  'how.fear': 'Sourcils levés et rapprochés, yeux grands ouverts, lèvres étirées sur les côtés',
  'how.contempt': 'Un coin de la bouche tiré vers le haut et l’arrière',
} as const satisfies Translation<typeof discover>;
