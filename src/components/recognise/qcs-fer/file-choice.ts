/** The hidden inputs behind the Photo and Video buttons. */
import { html, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import type { FerWords } from './announcer.js';

export class FileChoice {
  private readonly photo = createRef<HTMLInputElement>();
  private readonly video = createRef<HTMLInputElement>();

  constructor(private readonly take: (file: File | undefined) => void) {}

  /** Opens the browser's dialog; needs a person's click. */
  open(kind: 'photo' | 'video'): void {
    this[kind].value?.click();
  }

  render(words: FerWords): TemplateResult {
    return html`<input
        ${ref(this.photo)}
        type="file"
        accept="image/*"
        hidden
        aria-label=${words.text('photo')}
        @change=${this.onChange}
      />
      <input
        ${ref(this.video)}
        type="file"
        accept="video/*"
        hidden
        aria-label=${words.text('video')}
        @change=${this.onChange}
      />`;
  }

  private readonly onChange = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const [file] = input.files ?? [];
    // Emptied, so that choosing the same file again counts as a change.
    input.value = '';
    this.take(file);
  };
}
