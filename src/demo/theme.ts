/** Light, dark, or as the system says; remembered where the browser lets pages remember. */

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'qcs-fer-theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

/** The theme that was chosen on an earlier visit. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return ORDER.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be refused; the theme then lasts as long as the page.
  }
}

/** As if none was ever chosen. */
export function forgetTheme(): void {
  delete document.documentElement.dataset['theme'];
  try {
    localStorage.removeItem(KEY);
  } catch {
    // What is refused holds nothing.
  }
}

/** The theme that the switch goes to next. */
export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? 'system';
}
