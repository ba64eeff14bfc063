'use strict'
// Progressive: the page is whole without this. Here it becomes live, and a row is explained in place.
const $ = (s) => document.querySelector(s)
const still = matchMedia('(prefers-reduced-motion: reduce)').matches
const SVG = 'http://www.w3.org/2000/svg'
let live = !still, source

function mark(kind) {
  const svg = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use')
  svg.setAttribute('class', 'mark'); svg.setAttribute('aria-hidden', 'true'); use.setAttribute('href', '#' + kind)
  svg.append(use); return svg
}
function tell(flow) {
  const li = document.createElement('li'), words = document.createElement('span'), what = document.createElement('b')
  li.dataset.a = flow.author; what.textContent = flow.what; words.append(what, ' ' + flow.who)
  li.append(mark(flow.kind), words); $('#latest').prepend(li)
  while ($('#latest').children.length > 4) $('#latest').lastChild.remove()
}
function travel(id, flow, then) {
  const path = document.getElementById(id)
  if (!path || still) { if (then) then(); return }
  const dot = document.createElementNS(SVG, 'circle'), length = path.getTotalLength(), start = performance.now()
  dot.setAttribute('r', 5); if (flow.kind === 'partial') dot.setAttribute('class', 'partial')
  path.parentNode.append(dot)
  const step = (t) => {
    const k = Math.min(1, (t - start) / 1500), at = path.getPointAtLength(length * (k < 0.5 ? 2 * k * k : 1 - (2 - 2 * k) ** 2 / 2))
    dot.setAttribute('cx', at.x); dot.setAttribute('cy', at.y)
    if (k < 1 && live) requestAnimationFrame(step)
    else { dot.remove(); if (then && live) then() }
  }
  requestAnimationFrame(step)
}
function listen() {
  source = new EventSource('/live')
  source.addEventListener('now', (e) => { if (!$('#now').contains(document.activeElement)) $('#now').innerHTML = e.data })
  source.addEventListener('flow', (e) => JSON.parse(e.data).forEach((flow, i) => setTimeout(() => {
    if (!live) return
    tell(flow); travel('s-' + flow.author, flow, () => travel('h-' + flow.recipient, flow))
  }, i * 300)))
}
const pause = $('#pause')
function set(on) {
  live = on; pause.textContent = on ? 'Pause' : 'Resume'; pause.setAttribute('aria-pressed', String(!on))
  if (on) listen(); else if (source) source.close()
}
pause.hidden = false
pause.addEventListener('click', () => set(!live))
set(live)

async function show(query, focus) {
  const answer = await fetch('/person?' + query)
  if (!answer.ok) return
  $('#person').innerHTML = await answer.text()
  const target = document.querySelector(focus)
  if (target) target.focus({ preventScroll: true })
}
document.addEventListener('click', (e) => {
  const row = e.target.closest('#pic .me a'), kind = e.target.closest('.kinds button')
  if (row) { e.preventDefault(); show(row.href.split('?')[1].split('#')[0], '#pic .me a[aria-current]') }
  if (kind) { e.preventDefault(); show('kind=' + kind.value, '#none') }
})
