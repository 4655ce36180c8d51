/** Light, dark, or as the system says; remembered where the browser lets pages remember. */
import { forget, remember, remembered } from './remembered.js';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'qcs-fer-theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

/** The theme that was chosen on an earlier visit. */
export function storedTheme(): Theme {
  const stored = remembered(KEY);
  return ORDER.find((theme) => theme === stored) ?? 'system';
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  remember(KEY, theme);
}

/** As if none was ever chosen. */
export function forgetTheme(): void {
  delete document.documentElement.dataset['theme'];
  forget(KEY);
}

/** The theme that the switch goes to next. */
export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? 'system';
}
