/** A session as one HTML page that needs nothing beside it: to print, to keep, to send. */
import { escapeMarkup } from '../../base/markup.js';
import { isolated } from '../../expressions.js';
import { sessionChart } from '../chart.js';
import type { Episode } from '../episodes.js';
import { nearestPicture, type FacePicture, type Session } from '../session.js';
import { summarisePeople, type PersonSummary } from '../summary.js';
import {
  conditionsText,
  ENGLISH,
  findingText,
  gapsText,
  intervalText,
  presenceText,
  secondsText,
  sharesText,
  shareText,
  shortNumber,
  shownNameOf,
  type ReportWords,
} from '../words.js';

const STYLE = `:root{color-scheme:light}body{max-width:190mm;margin:12mm auto;padding:0 4mm;color:#13202a;font:10.5pt/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}h1{font-size:18pt;margin:0}h2{font-size:13pt;margin:9mm 0 2mm;break-after:avoid}p{margin:1mm 0}small,figcaption{color:#4c5b66}svg{width:100%;height:auto}table{width:100%;border-collapse:collapse;margin:3mm 0}th,td{padding:1mm 2mm 1mm 0;border-bottom:.3mm solid #d3dbe0;text-align:start;font-weight:400}thead th{color:#4c5b66}figure{display:inline-block;width:26mm;margin:2mm 3mm 2mm 0;break-inside:avoid;font-size:9pt}figure img{width:26mm;height:26mm;object-fit:cover;border-radius:2mm;display:block}pre{white-space:pre-wrap;font:inherit}`;

/** @param pictures of faces, as they may be shown; none where they are left out */
export function sessionPage(session: Session, pictures: readonly FacePicture[], words = ENGLISH): string {
  const { analysis, notes, markers } = session;
  const title = isolated(session.title);
  const people = summarisePeople(analysis).map((person) => personPart(session, person, pictures, words));
  const marked = markers.map(({ time, text }) => [secondsText(time, words), isolated(text)]);
  const say = (key: 'notes' | 'markers' | 'noFace' | 'caution') => escapeMarkup(words.text(key));
  return `<!doctype html>
<html lang="${words.locale}" dir="${words.isRightToLeft ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(words.text('pageTitle', { title }))}</title><style>${STYLE}</style></head>
<body><h1>${escapeMarkup(title)}</h1><p><small>${escapeMarkup(factsText(session, words))}</small></p><p><small>${say('caution')}</small></p>
<div dir="ltr">${sessionChart(session, words, 1000).svg}</div>
${notes.trim() === '' ? '' : `<h2>${say('notes')}</h2><pre>${escapeMarkup(notes)}</pre>`}
${marked.length === 0 ? '' : `<h2>${say('markers')}</h2>${table([words.text('column.at'), words.text('column.what')], marked)}`}
${analysis.people.length === 0 ? `<p>${say('noFace')}</p>` : people.join('\n')}
</body></html>
`;
}

function factsText({ analysis, date }: Session, words: ReportWords): string {
  const { model, rate, frames, duration, brief, width, height } = analysis;
  const facts = words.text('pageFacts', {
    length: secondsText(duration, words),
    count: frames,
    rate: shortNumber(rate, words, 2),
    width: String(width),
    height: String(height),
    date: words.date(new Date(date), { dateStyle: 'medium' }),
    model: isolated(`${model.id} ${model.version}`),
    prior: words.text(`prior.${analysis.prior}`),
  });
  return brief === 0 ? facts : `${facts} ${words.text('leftOutBrief', { count: brief })}`;
}

function personPart(
  session: Session,
  person: PersonSummary,
  pictures: readonly FacePicture[],
  words: ReportWords,
): string {
  const { id, shares, peaks, episodes, changesAMinute } = person;
  const gaps = session.analysis.people.find((other) => other.id === id)?.gaps ?? [];
  const sentences = [
    findingText(person, words),
    presenceText(person, words),
    sharesText(person, words),
    conditionsText(person, words),
    changesAMinute > 0 ? words.text('changes', { changes: shortNumber(changesAMinute, words) }) : '',
    gapsText(gaps, words),
  ].filter((sentence) => sentence !== '');
  const columns = ['expression', 'seconds', 'ofClear', 'interval'] as const;
  return `<h2>${escapeMarkup(shownNameOf(session, id, words))}</h2>
${sentences.map((sentence) => `<p>${escapeMarkup(sentence)}</p>`).join('')}
${peaks.map((peak) => figure(peak, nearestPicture(pictures, id, peak.peak.time), words)).join('')}
${table(
  columns.map((name) => words.text(`column.${name}`)),
  shares.map((share) => [
    words.title(share.expression),
    words.number(share.seconds, 1),
    shareText(share.share, words),
    intervalText(share, words),
  ]),
)}
${table(
  EPISODE_COLUMNS.map((name) => words.text(`column.${name}`)),
  episodes.map((episode) => episodeCells(episode, words)),
)}`;
}

/** Keys of the columns of {@link episodeCells}. */
export const EPISODE_COLUMNS = ['from', 'to', 'looked', 'mean', 'strongest'] as const;

/** A stretch as a row of a table. */
export function episodeCells({ from, to, expression, confidence, peak }: Episode, words: ReportWords): string[] {
  const times = [secondsText(from, words), secondsText(to, words)];
  if (expression === undefined) return [...times, words.shared('notClear'), '–', '–'];
  const strongest = words.text('probabilityAt', {
    share: shareText(peak.probability, words),
    time: secondsText(peak.time, words),
  });
  return [...times, words.title(expression), shareText(confidence, words), strongest];
}

function figure({ expression = '', peak }: Episode, picture: FacePicture | undefined, words: ReportWords): string {
  const image = picture === undefined ? '' : `<img src="${escapeMarkup(picture.url)}" alt="">`;
  const when = words.text('probabilityAt', {
    share: shareText(peak.probability, words),
    time: secondsText(peak.time, words),
  });
  return `<figure>${image}<figcaption>${escapeMarkup(words.title(expression))}<br>${escapeMarkup(when)}</figcaption></figure>`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, values: readonly string[]) =>
    values.map((value) => `<${tag}>${escapeMarkup(value)}</${tag}>`).join('');
  return `<table><thead><tr>${cells('th', columns)}</tr></thead><tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</tbody></table>`;
}
