/** What helps to try things: the tour, the game, the drawn faces. */
import type { Catalogue } from '../message.js';

export const discover = {
  // Drawn faces to train and to measure with.
  tryDrawn: 'Try it with drawn faces',
  drawnHint:
    'No files at hand? These drawings are made in this page. Figures about them say how drawings are read, not people.',

  // The tour.
  tourOffer: 'New here?',
  tourStart: 'A tour in four steps',
  tourNo: 'No, thanks',
  tourStep: '{index} of {total}',
  'tour.source': 'Show it a face',
  'tour.source.text':
    'Camera, photo or video: choose one, or drop a file anywhere here. The picture is read on this device and sent nowhere.',
  'tour.sample': 'See a reading first',
  'tour.sample.text':
    'The model has read these paintings. A reading says how people would name the look of a face, not what somebody feels.',
  'tour.tabs': 'Teach it, and test it',
  'tour.tabs.text':
    'Train teaches it faces of your own, Evaluate measures how often it is right, Models keeps what you made. All can be tried without files.',
  'tour.status': 'See how it works',
  'tour.status.text': 'This line names the model and how long it takes, and says what leaves the page: nothing.',
  back: 'Back',
  next: 'Next',
  done: 'Done',
  tourEnd: 'End the tour',

  // The game.
  game: 'Make this face',
  gameMake: 'Make this face: {expression}',
  gameBest: 'Best so far: {count}',
  gameNoFace: 'No clear face in view',
  gameSkip: 'Skip',
  gameEnd: 'End the game',
  gameAgain: 'Play again',
  gameDone: '{points} of {total} points',
  gameCaution:
    'A point is one of ten people who would name the look of your face so, as the model estimates it. Fear, disgust and contempt are the hardest, for people too.',
  'how.neutral': 'The face at rest, lips closed',
  'how.happiness': 'Corners of the mouth up, cheeks raised',
  'how.surprise': 'Brows up, eyes wide, jaw dropped',
  'how.sadness': 'Inner ends of the brows up, corners of the mouth down',
  'how.anger': 'Brows down and together, lips pressed',
  'how.disgust': 'Nose wrinkled, upper lip raised',
  'how.fear': 'Brows up and together, eyes wide, lips stretched sideways',
  'how.contempt': 'One corner of the mouth drawn up and back',
} as const satisfies Catalogue;
