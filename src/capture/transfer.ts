/** Files that are dropped or pasted. */

/** The first picture or video among what was dropped or pasted, else the first file at all (a decoder will name its fault). */
export function fileFrom(transfer: DataTransfer | null): File | undefined {
  if (transfer === null) return undefined;
  const files = [...transfer.files];
  return files.find(({ type }) => type.startsWith('image/') || type.startsWith('video/')) ?? files.at(0);
}

/**
 * Gives every file that is pasted anywhere in the page to `take`, text fields excepted. Returns a function that stops.
 */
export function takePastedFiles(take: (file: File) => void, target: EventTarget = document): () => void {
  const paste = (event: Event) => {
    if (!(event instanceof ClipboardEvent) || isTextField(event.target)) return;
    const file = fileFrom(event.clipboardData);
    if (file === undefined) return;
    event.preventDefault();
    take(file);
  };
  target.addEventListener('paste', paste);
  return () => {
    target.removeEventListener('paste', paste);
  };
}

/** Gives every file that is dropped on an element to `take`. `hover` is told when a file is held over it. Returns a function that stops. */
export function takeDroppedFiles(
  element: HTMLElement,
  take: (file: File) => void,
  hover: (over: boolean) => void = () => undefined,
): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  // Enter and leave come from every child that the pointer crosses.
  let depth = 0;
  const move = (step: number) => {
    depth = Math.max(depth + step, 0);
    hover(depth > 0);
  };
  const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) => {
    element.addEventListener(
      type,
      (event) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return;
        event.preventDefault();
        listener(event);
      },
      { signal },
    );
  };
  on('dragenter', () => {
    move(1);
  });
  on('dragover', () => undefined);
  on('dragleave', () => {
    move(-1);
  });
  on('drop', (event) => {
    move(-depth);
    const file = fileFrom(event.dataTransfer);
    if (file !== undefined) take(file);
  });
  return () => {
    listening.abort();
  };
}

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
