import { currentSettings, onSettings } from '../settings/settings.ts';

const darkClass = 'pf-v6-theme-dark';

/** Follows the theme of the settings, and the colour scheme of the system where these say so. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme } = currentSettings();
    const isDark = theme === 'system' ? dark.matches : theme === 'dark';
    document.documentElement.classList.toggle(darkClass, isDark);
  };
  apply();
  dark.addEventListener('change', apply);
  onSettings(apply);
}
