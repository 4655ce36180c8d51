/** The About tab: what this is, what stays private, where its limits are, and how it may be used. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { CLEAR_CONFIDENCE, tokens } from '../components/ui/tokens.js';
import { percent } from '../components/ui/words.js';

const EMBED = `<script type="module" src="/qcs-fer/define.js"></script>
<qcs-fer camera mirrored controls></qcs-fer>`;

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['Tab', 'To the tabs, the tools, the faces and the timeline'],
  ['Arrow keys', 'On a face: the next face. On the timeline of a video: one second. On the tabs: the next tab'],
  ['Page Up, Page Down', 'On the timeline of a video: ten seconds'],
  ['Home, End', 'The first or last face, tab or moment'],
  ['Ctrl or Cmd + V', 'Recognise a photo from the clipboard'],
];

/** Everything a visitor should know before relying on what they see. */
export class QcsDemoAbout extends LitElement {
  static override readonly styles = [
    tokens,
    css`
      :host {
        display: block;
        padding: 24px 24px 48px;
      }
      article {
        max-inline-size: 68ch;
        margin-inline: auto;
      }
      h2 {
        margin: 0 0 12px;
        font-size: 24px;
        font-weight: 650;
        letter-spacing: -0.015em;
        text-wrap: balance;
      }
      h3 {
        margin: 32px 0 8px;
        font-size: 18px;
        font-weight: 600;
        scroll-margin-block-start: 16px;
      }
      p,
      ul {
        margin: 0 0 12px;
        text-wrap: pretty;
      }
      ul {
        padding-inline-start: 20px;
        list-style: disc;
      }
      li {
        margin-block-end: 4px;
      }
      a {
        color: var(--_accent);
      }
      pre {
        padding: 12px 16px;
        overflow-x: auto;
        border: 1px solid var(--_line);
        border-radius: var(--_radius-control);
        background: var(--_surface);
        font-size: 14px;
        direction: ltr;
        text-align: start;
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 8px 12px 8px 0;
        border-block-end: 1px solid var(--_line);
        text-align: start;
        vertical-align: top;
      }
      th {
        font-weight: 550;
        white-space: nowrap;
      }
      @media (max-width: 480px) {
        th {
          white-space: normal;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<article>
      <h2>Facial expressions, read inside this page</h2>
      <p>
        QCS-FER finds every face in a camera picture, photo or video and says which expression it looks like. Faces are
        found by MediaPipe, turned upright, and read by the base branch of a QCS network (Quadruplet Cross Similarity,
        AAAI 2025), on WebGPU or, where there is none, on WebAssembly.
      </p>

      <h3 id="privacy">What leaves this page: nothing</h3>
      <p>
        Pictures are read on this device and sent nowhere. Recognising keeps none of them; faces that you collect for
        training stay in this browser until you delete them. Model, face detector and program files come from the server
        of this page. The page carries a security policy that forbids connections to any other place. You can check
        this: open the developer tools, or switch the network off after the model has loaded, and recognising goes on.
      </p>

      <h3 id="kept">What is kept here</h3>
      <qcs-demo-kept></qcs-demo-kept>

      <h3 id="limits">What it cannot tell</h3>
      <ul>
        <li>
          <strong>What somebody feels.</strong> The network imitates how raters named photos of faces. People feel
          without showing it and show without feeling it.
        </li>
        <li>
          <strong>Rare expressions.</strong> Disgust, fear and contempt are recognised far less often than happiness;
          mild anger is often read as neutral. Below ${percent(CLEAR_CONFIDENCE)} the page says "not clear", and so it
          does of faces that are blurred, noisy, tiny, cut off or turned too far, with the reason.
        </li>
        <li>
          <strong>Turned, hidden or tiny faces.</strong> Profiles, masks, hands before the face, hard shadows and faces
          of a few pixels make the result worse.
        </li>
        <li>
          <strong>Everybody equally well.</strong> The training photos carry no record of age, sex or skin colour, so
          nothing is known about how results differ between people. Expect that they do.
        </li>
      </ul>
      <p>
        Measured figures by class stand in the
        <a href=${`${import.meta.env.BASE_URL}models/qcs-mobile/MODEL_CARD.md`}>model card</a>.
      </p>

      <h3 id="use">Lawful and decent use</h3>
      <p>
        Ask the people in front of the camera. Do not use this to judge, hire, grade, diagnose, police or watch anybody.
        In the European Union the AI Act (Regulation 2024/1689) forbids inferring emotions of people at work and in
        education, save for medical or safety reasons (article 5). Elsewhere it treats emotion recognition as high-risk
        (annex III) and obliges whoever deploys it to tell the people concerned (article 50).
      </p>

      <h3 id="embed">In your own page</h3>
      <pre><code>${EMBED}</code></pre>
      <p>The element, its events and the library behind it are described in the README of the project.</p>

      <h3 id="keyboard">Keyboard</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          ${KEYS.map(
            ([keys, meaning]) =>
              html`<tr>
                <th scope="row">${keys}</th>
                <td>${meaning}</td>
              </tr>`,
          )}
        </tbody>
      </table>

      <h3 id="licences">Licences</h3>
      <ul>
        <li>QCS-FER: Apache License 2.0.</li>
        <li>MediaPipe and its face detector, TensorFlow.js: Apache License 2.0. Lit: BSD 3-Clause License.</li>
        <li>
          The model descends from MobileFaceNet (Apache License 2.0), whose training set MS-Celeb-1M was withdrawn by
          its makers because it held faces of people who had not agreed. It was trained further on FERPlus, whose photos
          were gathered from the web with no stated licence. Whoever ships it should know both.
        </li>
        <li>The samples are Leonardo da Vinci's Mona Lisa and Edvard Munch's The Scream, in the public domain.</li>
      </ul>
    </article>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'qcs-demo-about': QcsDemoAbout;
  }
}
