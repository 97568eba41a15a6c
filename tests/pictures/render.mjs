// Draws every JSON file of a folder as a PNG: Slack's blocks by slack-blocks-to-jsx, Adaptive Cards by Microsoft's own
// renderer, both in headless Chromium. Fonts come along: the same Chromium draws the same bytes on every machine.
//
//     node render.mjs FROM TO [CHROMIUM]
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

process.env.TZ = "Europe/Berlin";
const [from, to, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const TIME = "2026-04-09T08:00:00Z";
const read = (name) => readFileSync(require.resolve(name), "utf8");

// Lato is Slack's own; Open Sans is as wide as Segoe UI, which Teams uses.
const FONTS = [
    ["Lato", "lato", [400, 700, 900]],
    ["Segoe UI", "open-sans", [400, 600, 700]],
    ["Code", "source-code-pro", [400]],
].flatMap(([family, name, weights]) =>
    weights.flatMap((weight) =>
        ["latin-ext", "latin"].map((letters) => {
            const file = require.resolve(`@fontsource/${name}/files/${name}-${letters}-${weight}-normal.woff2`);
            const range = letters === "latin" ? "" : "unicode-range:U+0100-02BA,U+1E00-1E9F,U+20A0-20CF;";
            const data = readFileSync(file).toString("base64");
            return `@font-face{font-family:"${family}";font-weight:${weight};${range}src:url(data:font/woff2;base64,${data})}`;
        }),
    ),
);

const LOGO =
    "data:image/svg+xml;utf8," +
    encodeURIComponent(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="#1f4d3f"/>' +
            '<text x="20" y="29" font-family="Georgia,serif" font-size="26" fill="#f4f1e8" text-anchor="middle">A</text></svg>',
    );

const page = (css, body, width) =>
    `<!doctype html><meta charset="utf-8"><style>${FONTS.join("")}${css}
     body{margin:0;background:#fff;font-family:Lato,sans-serif;font-size:15px;line-height:1.45}
     .slack_blocks_to_jsx *{font-family:Lato,sans-serif!important}p{margin:0}
     .slack_blocks_to_jsx :is(pre,code),.slack_blocks_to_jsx :is(pre,code) *{font-family:Code,monospace!important}
     #picture{width:${width}px;box-sizing:border-box;padding:16px}</style><div id="picture">${body}</div>`;

// Slack draws formatting in `verbatim` texts, too, and only makes no links of its own there; this renderer takes it for
// "as it is typed".
const formatted = (part) => {
    if (Array.isArray(part)) return part.map(formatted);
    if (part === null || typeof part !== "object") return part;
    const { verbatim, ...rest } = part;
    return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, formatted(value)]));
};

const drawn = (blocks) =>
    renderToStaticMarkup(
        createElement(Message, { blocks: formatted(blocks), logo: LOGO, name: "Alfred", time: new Date(TIME), theme: "light" }),
    );

const slackPage = (blocks, width) => page(read("slack-blocks-to-jsx/dist/style.css"), drawn(blocks), width);

const WITHOUT_SPEAKER =
    ".slack_blocks_to_jsx{max-width:none!important}.slack_blocks_to_jsx>div:first-child,.slack_blocks_to_jsx--header{display:none!important}";

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

// The renderer knows messages; this is how Slack draws an input in a window, and what is wrong with it.
const input = (block, { errors = {}, values = {} }) => {
    const name = block.block_id.replace("field:", "");
    const { type, multiline, options, initial_value: initial } = block.element;
    const value = values[name] ?? initial ?? "";
    const hint = block.hint ? `<small>${escaped(block.hint.text)}</small>` : "";
    const wrong = errors[name] ? `<em>${escaped(errors[name])}</em>` : "";
    const optional = block.optional ? ' <span class="optional">(optional)</span>' : "";
    const box =
        type === "checkboxes"
            ? `<div class="check"><i></i>${escaped(options[0].text.text)}</div>`
            : `<div class="box${multiline ? " tall" : ""}${wrong ? " wrong" : ""}">${escaped(value) || "&nbsp;"}${/select|picker/.test(type) ? "<u>⌄</u>" : ""}</div>`;
    return `<label><b>${escaped(block.label.text)}</b>${optional}${box}${wrong}${hint}</label>`;
};

// Slack's own frame of a modal: its title, its body, its two buttons.
const modalPage = ({ view, ...filled }) =>
    page(
        read("slack-blocks-to-jsx/dist/style.css") +
            WITHOUT_SPEAKER +
            `.frame{border:1px solid #ddd;border-radius:10px;box-shadow:0 6px 24px #0002;overflow:hidden}
             .bar{display:flex;align-items:center;gap:10px;padding:14px 20px;font-weight:700;font-size:18px;border-bottom:1px solid #eee}
             .bar img{width:26px}.foot{display:flex;justify-content:flex-end;gap:10px;padding:14px 20px;border-top:1px solid #eee}
             .foot b{border:1px solid #bbb;border-radius:6px;padding:5px 16px}.foot b.go{background:#007a5a;color:#fff;border-color:#007a5a}
             .body{padding:12px 20px 16px}label{display:block;margin-top:12px}label b{font-weight:700}.optional{color:#616061}
             .box{border:1px solid #868686;border-radius:6px;padding:7px 12px;margin:5px 0 3px;position:relative;min-height:22px}.tall{min-height:66px}
             .box u{position:absolute;right:12px;top:3px;text-decoration:none}.wrong{border-color:#e01e5a}
             label em{display:block;color:#e01e5a;font-style:normal;font-size:13px}label small{color:#616061;font-size:13px}
             .check{margin-top:6px}.check i{display:inline-block;width:16px;height:16px;border:1px solid #868686;border-radius:3px;margin-right:8px;vertical-align:-3px}`,
        `<div class="frame"><div class="bar"><img src="${LOGO}">${escaped(view.title.text)}</div><div class="body">` +
            view.blocks.map((block) => (block.type === "input" ? input(block, filled) : drawn([block]))).join("") +
            `</div><div class="foot"><b>${view.close?.text ?? "Close"}</b>${view.submit ? `<b class="go">${view.submit.text}</b>` : ""}</div></div>`,
        520,
    );

const homePage = ({ blocks }) => page(read("slack-blocks-to-jsx/dist/style.css") + WITHOUT_SPEAKER, drawn(blocks), 680);

const ink = (usual, subtle) => ({ default: usual, subtle });
const INKS = {
    default: ink("#242424", "#616161"),
    dark: ink("#242424", "#616161"),
    light: ink("#ffffff", "#e0e0e0"),
    accent: ink("#5b5fc7", "#7f85d9"),
    good: ink("#237b4b", "#4c9a6c"),
    warning: ink("#835c00", "#a37a1f"),
    attention: ink("#c4314b", "#d05a70"),
};
const HOST = {
    fontFamily: '"Segoe UI",sans-serif',
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
    containerStyles: Object.fromEntries(
        Object.entries({ default: "#ffffff", emphasis: "#f0f0f5", accent: "#e8ebfa", good: "#e7f2da", attention: "#fcf4f6", warning: "#fbf6d9" }).map(
            ([style, backgroundColor]) => [style, { backgroundColor, foregroundColors: INKS }],
        ),
    ),
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
    inputs: { label: { inputSpacing: "small", requiredInputs: { suffix: " *", suffixColor: "attention", weight: "bolder" }, optionalInputs: { weight: "bolder" } } },
    actions: { actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8, maxActions: 6 },
};

const teamsPage = (card, width) =>
    page(
        `body #picture{background:#f5f5f5;padding:12px}.ac-adaptiveCard{border-radius:8px;box-shadow:0 1px 3px #0003;background:#fff}
         .ac-pushButton{font:600 14px "Segoe UI",sans-serif;border:1px solid #d1d1d1;background:#fff;border-radius:4px;padding:6px 12px;white-space:normal;text-align:center}
         .style-positive{background:#5b5fc7;color:#fff;border-color:#5b5fc7}.style-destructive{color:#c4314b}
         .ac-input .ac-input,.ac-input.ac-choiceSetInput-filtered{border:0;padding:0}
         .ac-input{border:1px solid #d1d1d1;border-radius:4px;padding:7px;width:100%;box-sizing:border-box;font:inherit;background:#fff}
         .ac-input-required-indicator{color:#c4314b}`,
        "",
        width,
    ) +
    `<script>${read("markdown-it/dist/markdown-it.min.js")}</script><script>${read("adaptivecards/dist/adaptivecards.min.js")}</script>
     <script>{
       AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => { result.outputHtml = markdownit().render(text); result.didProcess = true };
       const card = new AdaptiveCards.AdaptiveCard();
       card.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(HOST)});
       card.parse(${JSON.stringify(card).replaceAll("<", "\\u003c")});
       document.getElementById("picture").append(card.render());
     }</script>`;

// Slack wraps everything else by itself.
const hasColumns = (blocks) => blocks.some(({ fields, text }) => fields || text?.text.startsWith("```"));

const pagesOf = (name, shown) => {
    if (shown.teams) return [[name, teamsPage(shown.teams, 520)], [`${name}-narrow`, teamsPage(shown.teams, 320)]];
    if (shown.view?.type === "modal") return [[name, modalPage(shown)]];
    if (shown.view) return [[name, homePage(shown.view)]];
    const wide = [name, slackPage(shown.slack, 680)];
    return hasColumns(shown.slack) ? [wide, [`${name}-narrow`, slackPage(shown.slack, 400)]] : [wide];
};

const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const tab = await browser.newPage({ deviceScaleFactor: 1.5 });
await tab.route("**/*", (route) => (route.request().url().startsWith("data:") || route.request().url() === "about:blank" ? route.continue() : route.abort()));
for (const file of readdirSync(from).filter((name) => name.endsWith(".json")).sort()) {
    const shown = JSON.parse(readFileSync(join(from, file), "utf8"));
    for (const [name, html] of pagesOf(file.replace(".json", ""), shown)) {
        await tab.setContent(html);
        await tab.evaluate(() => document.fonts.ready);
        await tab.locator("#picture").screenshot({ path: join(to, `${name}.png`) });
        console.log(`${name}.png`);
    }
}
await browser.close();
