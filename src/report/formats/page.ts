/** A session as one HTML page that needs nothing beside it: to print, to keep, to send. */
import { percent } from '../../base/format.js';
import { escapeMarkup } from '../../base/markup.js';
import { displayName, isolated } from '../../expressions.js';
import { secondsText, sessionChart } from '../chart.js';
import type { Episode } from '../episodes.js';
import { nearestPicture, shownNameOf, type FacePicture, type Session } from '../session.js';
import { summarisePeople, type PersonSummary } from '../summary.js';
import { CAUTION, conditionsText, intervalText, presenceText, sharesText } from '../words.js';

const STYLE = `:root{color-scheme:light}body{max-width:190mm;margin:12mm auto;padding:0 4mm;color:#13202a;font:10.5pt/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}h1{font-size:18pt;margin:0}h2{font-size:13pt;margin:9mm 0 2mm;break-after:avoid}p{margin:1mm 0}small,figcaption{color:#4c5b66}svg{width:100%;height:auto}table{width:100%;border-collapse:collapse;margin:3mm 0}th,td{padding:1mm 2mm 1mm 0;border-bottom:.3mm solid #d3dbe0;text-align:start;font-weight:400}thead th{color:#4c5b66}figure{display:inline-block;width:26mm;margin:2mm 3mm 2mm 0;break-inside:avoid;font-size:9pt}figure img{width:26mm;height:26mm;object-fit:cover;border-radius:2mm;display:block}pre{white-space:pre-wrap;font:inherit}`;

/** @param pictures of faces, as they may be shown; none where they are left out */
export function sessionPage(session: Session, pictures: readonly FacePicture[]): string {
  const { analysis, date, notes, markers } = session;
  const title = isolated(session.title);
  const { model, rate, frames, duration, brief } = analysis;
  const facts = `${secondsText(duration)}, ${frames} frames (${Number(rate.toFixed(2))} a second), ${analysis.width} × ${analysis.height} pixels. Read on ${date.slice(0, 10)} by QCS-FER with ${isolated(model.id)} ${isolated(model.version)}, prior ${analysis.prior}.${brief === 0 ? '' : ` ${brief} sightings of a moment were left out.`}`;
  const people = summarisePeople(analysis).map((person) => personPart(session, person, pictures));
  const marked = markers.map(({ time, text }) => [secondsText(time), isolated(text)]);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(title)}: expressions</title><style>${STYLE}</style></head>
<body><h1>${escapeMarkup(title)}</h1><p><small>${escapeMarkup(facts)}</small></p><p><small>${CAUTION}</small></p>
${sessionChart(session, 1000).svg}
${notes.trim() === '' ? '' : `<h2>Notes</h2><pre>${escapeMarkup(notes)}</pre>`}
${marked.length === 0 ? '' : `<h2>Markers</h2>${table(['At', 'What'], marked)}`}
${analysis.people.length === 0 ? '<p>No face was found.</p>' : people.join('\n')}
</body></html>
`;
}

function personPart(session: Session, person: PersonSummary, pictures: readonly FacePicture[]): string {
  const { id, shares, peaks, episodes, changesAMinute } = person;
  const gaps = session.analysis.people.find((other) => other.id === id)?.gaps ?? [];
  const sentences = [presenceText(person), sharesText(person), conditionsText(person)];
  if (changesAMinute > 0) sentences.push(`${changesAMinute.toFixed(1)} changes a minute of clear time.`);
  if (gaps.length > 0) {
    sentences.push(`Not seen ${gaps.map(({ from, to }) => `${secondsText(from)} to ${secondsText(to)}`).join(', ')}.`);
  }
  return `<h2>${escapeMarkup(shownNameOf(session, id))}</h2>
${sentences.map((sentence) => `<p>${escapeMarkup(sentence)}</p>`).join('')}
${peaks.map((peak) => figure(peak, nearestPicture(pictures, id, peak.peak.time))).join('')}
${table(
  ['Expression', 'Seconds', 'Of the clear time', '95 % interval'],
  shares.map((share) => [
    displayName(share.expression),
    share.seconds.toFixed(1),
    percent(share.share),
    intervalText(share),
  ]),
)}
${table(
  ['From', 'To', 'Looked like', 'Mean', 'Strongest'],
  episodes.map(({ from, to, expression, confidence, peak }) => [
    secondsText(from),
    secondsText(to),
    expression === undefined ? 'Not clear' : displayName(expression),
    expression === undefined ? '–' : percent(confidence),
    expression === undefined ? '–' : `${percent(peak.probability)} at ${secondsText(peak.time)}`,
  ]),
)}`;
}

function figure({ expression = '', peak }: Episode, picture: FacePicture | undefined): string {
  const image = picture === undefined ? '' : `<img src="${escapeMarkup(picture.url)}" alt="">`;
  return `<figure>${image}<figcaption>${escapeMarkup(displayName(expression))} ${percent(peak.probability)}<br>at ${secondsText(peak.time)}</figcaption></figure>`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, values: readonly string[]) =>
    values.map((value) => `<${tag}>${escapeMarkup(value)}</${tag}>`).join('');
  return `<table><thead><tr>${cells('th', columns)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</tbody></table>`;
}
