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

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
