import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { requireServer } from '../../../e2e/support/servers.js';
import { sumOf } from '../src/account/tally.js';
import { fixture, type JudgeResult, runJudge } from './run-judge.js';

const schemaFile = new URL('../schema/verify-report.schema.json', import.meta.url);

describe('one judging, in every form', () => {
  let directory = '';
  let result: JudgeResult;
  const file = (name: string): string => join(directory, name);
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-reports-'));
    const forms = ['--html', file('report.html'), '--junit', file('report.xml')];
    const served = ['--served-log', '^served '];
    const settings = [
      '--runs',
      '2',
      '--only',
      'stop',
      '--deadline',
      '6',
      '--ready',
      '/readyz',
      '--seed',
      'a<b',
    ];
    const command = ['--', process.execPath, fixture('one-server.mjs'), '--flag', '<&>'];
    result = await runJudge([...settings, ...served, ...forms, ...command], {
      DEFECT: 'wrong-exit-code',
      LOG_SERVED: '1',
    });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('exits with 1, as a clause fails', () => {
    expect(result.code, result.stderr).toBe(1);
  });

  it('is JSON that its schema describes', () => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(schemaFile, 'utf8')),
    );
    expect(validate(result.report), JSON.stringify(validate.errors)).toBe(true);
  });

  it('has sums that add up, in each run and over all', () => {
    const accounts = (result.report?.runs ?? []).flatMap(({ account }) =>
      account === undefined ? [] : [account.tally],
    );
    for (const tally of [...accounts, ...(result.report ? [result.report.account] : [])]) {
      expect(sumOf(tally.verdicts)).toBe(tally.total);
      expect(Object.values(tally.streams).reduce((sum, counts) => sum + sumOf(counts), 0)).toBe(tally.total);
    }
    expect(accounts.reduce((sum, { total }) => sum + total, 0)).toBe(result.report?.account.total);
  });

  it('names the clause, the reason and the remedy on the terminal', () => {
    expect(result.stdout).toMatch(
      /FAIL {2}Q16 {2}the exit code is as stated\n.*exit code 7 in place of exit code 0\n.*→/,
    );
    expect(result.stdout).toContain('It does not stop gracefully');
  });

  it('is JUnit XML with one test case a clause', () => {
    const xml = readFileSync(file('report.xml'), 'utf8');
    expect(xml.match(/<testcase /g)).toHaveLength(result.report?.clauses.length ?? -1);
    expect(xml).toMatch(/classname="quiesce\.verify\.Q16"[^]*?<failure message="/);
    expect(xml).toContain('value="a&lt;b"');
    expect(xml).not.toContain('<&>');
  });

  it('is one page that loads nothing from anywhere', () => {
    const html = readFileSync(file('report.html'), 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|url\(|@import|(src|href)=/);
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html).toContain('&lt;&amp;&gt;');
  });

  it('knows from the log of the server which handlers ran', () => {
    expect(result.report?.handlerEvidence).toBe('server-log');
    expect(result.report?.runs.every(({ account }) => account?.handlersRan === 0)).toBe(true);
  });

  describe('opened in a browser', () => {
    const desk = { viewport: { width: 1_200, height: 900 } };
    const phone = { viewport: { width: 390, height: 844 } };
    let browser: Browser | undefined;
    afterAll(async () => await browser?.close());

    const open = async (context: TestContext, options: BrowserContextOptions): Promise<OpenedPage> => {
      const executablePath = requireServer(context, 'chromium');
      browser ??= await chromium.launch({ executablePath, args: ['--no-sandbox'] });
      const page = await browser.newPage(options);
      const said: string[] = [];
      const asked: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(String(error)));
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(String(pathToFileURL(file('report.html'))));
      return { page, said, asked };
    };

    it('is complete in itself: it complains of nothing and asks nobody', async (context) => {
      const { said, asked } = await open(context, desk);
      expect(said).toEqual([]);
      expect(asked).toEqual([String(pathToFileURL(file('report.html')))]);
    });

    it('shows all its plots, with something in each', async (context) => {
      const { page } = await open(context, desk);
      const plots = page.locator('.plot svg');
      expect(await plots.count()).toBe(4);
      for (const marks of ['.bars rect', '.dots circle', '.connections', '.answer-bar']) {
        const box = await plots.locator(marks).first().boundingBox();
        expect(box?.width, marks).toBeGreaterThan(0);
      }
      const answered = result.report?.account.verdicts.answered ?? 0;
      expect(answered).toBeGreaterThan(0);
      expect(await page.locator('tfoot').first().innerText()).toContain(String(answered));
    });

    it('fits a phone: only plots and tables scroll sideways, the page does not', async (context) => {
      const { page } = await open(context, phone);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width).toBe(phone.viewport.width);
      const plot = await page.locator('.plot svg').first().boundingBox();
      expect(plot?.width).toBeGreaterThanOrEqual(600);
    });

    it.for(['light', 'dark'] as const)('can be read in a %s room', async (colorScheme, context) => {
      const { page } = await open(context, { ...desk, colorScheme });
      const colors = await page.evaluate<string[]>(
        '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
      );
      const [ink = 0, ground = 0] = colors.map(luminance);
      // WCAG 2.2, success criterion 1.4.6 (enhanced contrast).
      expect((Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)).toBeGreaterThan(7);
      expect(ground > ink).toBe(colorScheme === 'light');
    });

    it('folds away what could not be asked, and unfolds it', async (context) => {
      const { page } = await open(context, desk);
      const row = page.locator('details tr').first();
      expect(await row.isVisible()).toBe(false);
      await page.locator('summary').click();
      expect(await row.isVisible()).toBe(true);
    });
  });
});

interface OpenedPage {
  readonly page: Page;
  readonly said: readonly string[];
  readonly asked: readonly string[];
}

/** The relative luminance of `rgb(r, g, b)`, by WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
