/** What `<qcs-fer>` and its parts say. */
import type { Catalogue } from '../message.js';

export const recognise = {
  // The invitation.
  invitation: 'Show me a face',
  invitationHow: 'Choose a source, or drop or paste a photo or video.',
  camera: 'Camera',
  cameraHint: 'Live, from this device',
  photo: 'Photo',
  photoHint: 'Every face in it',
  video: 'Video',
  videoHint: 'Expressions over time',
  dropHere: 'Drop the photo or video here',
  noPictureYet: 'No picture yet',

  // The bar of tools.
  tools: 'Source and playback',
  mirror: 'Mirror',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  cameraInUse: 'Camera in use',
  cameraNumber: 'Camera {index}',
  turn: 'Turn',
  keys: 'Keys',
  turnCamera: 'Front or back camera',

  // The stage.
  picture: 'Picture',
  gettingReady: 'Getting ready',
  gettingReadyCamera: 'Getting ready, and asking for the camera',
  waitingForCamera: 'Waiting for the camera',
  openingFile: 'Opening the file',
  paused: 'Paused',
  muted: 'The camera gives no picture',
  mutedAdvice:
    'The camera gives no picture. Look for a cover, a key that turns it off, or another program that uses it.',
  lookingForFaces: 'Looking for faces',
  lookingForSmallFaces: 'Looking for small faces',
  noFaceInView: 'No face in view',
  noFaceInPicture: 'No face in the picture',
  noFaceFound: 'No face was found in this picture',

  // The stages of loading.
  loading: 'Loading',
  'loading.detector': 'Face detector',
  'loading.model': 'Model',
  'loading.backend': 'Compute backend',
  'loading.warm-up': 'Warm-up',
  'loading.waiting': 'waiting',
  'loading.active': 'active',
  'loading.done': 'done',
  'loading.amount': '{loaded} of {total}, {share}',
  startingAgain: 'Starting again',
  deviceLost: 'The graphics device was lost. Starting again',

  // The reading.
  reading: 'Reading',
  showLess: 'Show less',
  showMore: 'Show probabilities and timeline',
  details: 'Details',
  probabilities: 'Probabilities',
  overTime: 'Over time',
  noPicture: 'No picture',
  previousFace: 'Previous face',
  nextFace: 'Next face',
  faceOf: 'Face {index} of {total}',
  faceNumber: 'Face {index}',
  facesGroup: 'Faces',

  // The list of keys.
  keySpace: 'Space',
  keyPause: 'Pause and go on',
  keyWalk: 'The face before, the next face',
  keyTab: 'To the buttons, the faces and the reading',
  keyHelp: 'This list',

  // The timeline.
  secondsAgo: '{seconds} s ago',
  now: 'now',
  position: 'Position in the video',
  positionOf: '{time} of {duration}',
  spanAgo: '{from} to {to} s ago',
  span: '{from} to {to}',
  'column.time': 'Time',
  'column.mostly': 'Mostly',
  'column.mean': 'Mean probability',
  timelineTable: 'Expressions over time',

  // For screen readers.
  stopped: 'Stopped.',
  sentence: '{text}.',
  faceSays: 'Face {index}: {text}.',
  countOf: '{number} {label}',

  // Faults, by their codes.
  'fault.camera-none': 'This needs a camera',
  'fault.camera-refused': 'Camera access is off',
  'fault.camera-policy': 'This page may use no camera',
  'fault.camera-in-use': 'The camera is in use elsewhere',
  'fault.camera-unplugged': 'The camera went away',
  'fault.camera-failed': 'The camera did not start',
  'fault.insecure-page': 'Cameras need a secure page',
  'fault.not-an-image': 'This is no picture that can be read',
  'fault.image-too-large': 'This picture is too large',
  'fault.unsupported-video': 'This video cannot be played here',
  'fault.source-unreachable': 'The file could not be loaded',
  'fault.source-unsupported': 'This kind of source is unknown',
  'fault.model-missing': 'The model could not be loaded',
  'fault.model-truncated': 'The model arrived incomplete',
  'fault.model-hash': 'The model file is not the expected one',
  'fault.model-format': 'The model cannot be read',
  'fault.model-architecture': 'The model is built in an unknown way',
  'fault.model-parameters': 'The model lacks parts of its network',
  'fault.no-webgpu': 'WebGPU is not available',
  'fault.device-lost': 'The graphics device was lost',
  'fault.worker-blocked': 'The background worker is blocked',
  'fault.csp-blocked': 'The page’s policy is in the way',
  'fault.assets-missing': 'Files of the package are missing',
  'fault.detector-failed': 'The face detector did not start',
  'fault.out-of-memory': 'There is not enough memory',
  'fault.other': 'Something went wrong',
  'step.photo': 'Use a photo',
  'step.other-photo': 'Choose another photo',
  'step.other-video': 'Choose another video',
  'step.use-wasm': 'Use WebAssembly',
  'step.use-shipped-model': 'Use the built-in model',
  'step.start': 'Back to the start',

  // Two models on one live camera.
  comparisonTitle: 'Side by side on one camera',
  comparisonLoading: 'Loading both models',
  comparisonAgreed: {
    one: 'They name the same expression on {agreed} of {count} frame.',
    other: 'They name the same expression on {agreed} of {count} frames.',
  },

  // Hosts that ask first: the `consent` attribute.
  consentTitle: 'Before the camera starts',
  consentText:
    'The picture is read on this device: nothing is sent or kept. A reading says what a face looks like to people who label photos, not what somebody feels.',
  consentAgree: 'Agree and go on',
  consentDecline: 'Not now',
} as const satisfies Catalogue;
