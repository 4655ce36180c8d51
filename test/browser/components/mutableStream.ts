/** A stream that the browser itself mutes and unmutes: the far end of a connection of the page with itself, whose near end stops sending. */
import { movingStream } from './stage.js';

export interface MutableStream {
  readonly stream: MediaStream;
  readonly setMuted: (isMuted: boolean) => Promise<void>;
  readonly close: () => void;
}

export async function mutableStream(): Promise<MutableStream> {
  const source = movingStream();
  const near = new RTCPeerConnection();
  const far = new RTCPeerConnection();
  near.addEventListener('icecandidate', ({ candidate }) => void far.addIceCandidate(candidate ?? undefined));
  far.addEventListener('icecandidate', ({ candidate }) => void near.addIceCandidate(candidate ?? undefined));
  const arrives = new Promise<MediaStream>((resolve) =>
    far.addEventListener('track', ({ track }) => resolve(new MediaStream([track])), { once: true }),
  );
  const transceiver = near.addTransceiver(source.getVideoTracks()[0], { direction: 'sendonly' });
  const agree = async (): Promise<void> => {
    await near.setLocalDescription();
    await far.setRemoteDescription(near.localDescription!);
    await far.setLocalDescription();
    await near.setRemoteDescription(far.localDescription!);
  };
  await agree();
  return {
    stream: await arrives,
    setMuted: (isMuted) => {
      transceiver.direction = isMuted ? 'inactive' : 'sendonly';
      return agree();
    },
    close: () => {
      near.close();
      far.close();
      for (const track of source.getTracks()) track.stop();
    },
  };
}
