/** Offers a file to be saved under a name. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes the address over while it handles the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
