const darkClass = 'pf-v6-theme-dark';

/** Follows the colour scheme of the system, also when it changes. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): unknown => document.documentElement.classList.toggle(darkClass, dark.matches);
  apply();
  dark.addEventListener('change', apply);
}
