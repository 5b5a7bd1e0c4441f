/** Designs of other people's pages; each is a page of that name beside this file. */
export const DESIGNS = [
  {
    name: 'plain',
    title: 'Written by hand',
    about: '62.5 % on html, floated labels, inset fields, no outlines.',
  },
  {
    name: 'bootstrap',
    title: 'Like Bootstrap',
    about: 'Floating labels over the fields, a row of columns, glowing focus.',
  },
  {
    name: 'tailwind',
    title: 'Like Tailwind',
    about: 'Everything reset, fields styled by type, labels for screen readers only.',
  },
  {
    name: 'material',
    title: 'Like Material',
    about: '24 px on html, filled fields, capitals, transitions on everything.',
  },
  {
    name: 'rtl-dark',
    title: 'Arabic, dark',
    about: 'Right to left by force, dark text on fields, small type.',
  },
] as const
