export {
  listCameras,
  openCamera,
  watchCameras,
  watchEnd,
  watchMute,
  type Camera,
  type CameraDevice,
  type CameraOptions,
} from './camera.js';
export { decodeImage } from './decodeImage.js';
export { captureFrame, type CapturedFrame, type FrameInput } from './frame.js';
export { pumpFrames, type FramePump } from './framePump.js';
export { openMedia, type Media } from './media.js';
export { fileFrom, takePastedFiles } from './transfer.js';
export { usualRate } from './usualRate.js';
export { loadVideo } from './video.js';
export { openVideoReader, type ReadFrame, type VideoReader } from './videoReader.js';
