/** Style sheet of `/docs`, served as a file so that inline styles need not be allowed. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf8, #14161a);
  --raised: light-dark(#ffffff, #1c1f25);
  --ink: light-dark(#1b1d22, #eceef2);
  --soft: light-dark(#5a5f6b, #a7adba);
  --line: light-dark(#e0dfda, #30343d);
  --link: light-dark(#1d4fb8, #8fb6ff);
  --good: light-dark(#17663a, #7fd7a0);
  --bad: light-dark(#a3341a, #ff9f86);
  --violet: light-dark(#6a2fb5, #c6a5ff);
  --amber: light-dark(#865200, #f0bd62);
  font: 16px/1.55 system-ui, sans-serif;
}

* { box-sizing: border-box }

body {
  display: grid;
  grid-template-columns: 20rem minmax(0, 1fr);
  margin: 0;
  background: var(--ground);
  color: var(--ink);
}

a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
:target { scroll-margin-top: 1.5rem }

.skip { position: absolute; inset: .5rem auto auto .5rem; padding: .5rem 1rem; background: var(--ink); color: var(--ground) }
.skip:not(:focus) { transform: translateY(-200%) }

nav {
  position: sticky;
  top: 0;
  overflow-y: auto;
  height: 100vh;
  padding: 2rem 1rem 2rem 1.5rem;
  border-inline-end: 1px solid var(--line);
  font-size: .85rem;
}
nav ol { margin: .75rem 0 2rem; padding: 0; list-style: none }
nav a { display: flex; gap: .6rem; align-items: baseline; padding: .2rem 0; color: var(--ink); text-decoration: none; overflow-wrap: anywhere }
nav a:hover { color: var(--link) }
nav .method { width: 3.4rem }

main { max-width: 56rem; padding: 2rem clamp(1.25rem, 5vw, 4rem) 6rem }

h1 { margin: 0; font-size: 2.2rem; line-height: 1.15; letter-spacing: -.02em }
h2 { margin: 0; font-size: 1.15rem; line-height: 1.4 }
h3 { margin: 1.5rem 0 .5rem; font-size: .95rem }
.part { margin: 4rem 0 1rem; font-size: 1.6rem }
.lead { margin: .5rem 0 1rem; color: var(--soft); font-size: 1.15rem }

section { margin-top: 1.5rem; padding: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--raised) }
section:target { border-color: var(--link) }
section > p { margin: .5rem 0 0 }
section > h3:first-child { margin-top: 0 }

code { font: .92em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
.method { flex: none; font: 700 .78em/1.5 ui-monospace, "DejaVu Sans Mono", monospace }
h2 .method { margin-inline-end: .4rem; padding: .2em .55em; border: 1px solid currentcolor; border-radius: .35rem }
.get { color: var(--link) }
.post { color: var(--good) }
.put, .patch { color: var(--amber) }
.delete { color: var(--bad) }

.door { color: var(--violet); font-size: .875rem; white-space: nowrap }
.door::before { content: "— " }
.type, .note { color: var(--soft); font-size: .875rem }
.note::before { content: "in " }
.needed { color: var(--amber); font-size: .8rem; font-weight: 600 }

dl { margin: 0; border-top: 1px solid var(--line) }
dt { padding-top: .5rem }
dd { margin: 0; padding-bottom: .5rem; border-bottom: 1px solid var(--line) }
dd p { margin: .1rem 0 0 }
dd dl { margin: .4rem 0 0 .25rem; padding-inline-start: 1rem; border-top: 0; border-inline-start: 2px solid var(--line) }
dd dl > dd:last-child { border-bottom: 0 }

.answers { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .3rem 1.5rem; margin: 0; padding: 0; list-style: none }
.good { color: var(--good) }
.bad { color: var(--bad) }

@media (width < 60rem) {
  body { display: block }
  nav { position: static; height: auto; max-height: 45vh; padding: 1.25rem; border-inline-end: 0; border-bottom: 1px solid var(--line) }
  section { padding: 1rem }
}
`;
