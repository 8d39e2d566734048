// pdfkit, each cell a text. Usage: pdfkit.js IN.csv OUT.pdf
'use strict';
const fs = require('fs');
const PDFDocument = require('pdfkit');

const dejavu = '/usr/share/fonts/truetype/dejavu/';
const width = 841.89, height = 595.28, margin = 36, row = 12, labels = 14, title = 40;
const widths = [64, 60, 150, 90, 190, 52, 72, 91];
const right = [true, false, false, false, false, true, true, true];

const [head, ...rows] = fs.readFileSync(process.argv[2], 'utf8').trimEnd().split('\n').map((line) => line.split(','));
const room = height - 2 * margin - labels - 16;
const first = Math.floor((room - title) / row), later = Math.floor(room / row);
const pages = 1 + Math.max(0, Math.ceil((rows.length - first) / later));
const doc = new PDFDocument({size: [width, height], margin: 0, autoFirstPage: false, info: {Title: 'Orders report'}});
doc.pipe(fs.createWriteStream(process.argv[3]));
doc.registerFont('text', dejavu + 'DejaVuSans.ttf');
doc.registerFont('bold', dejavu + 'DejaVuSans-Bold.ttf');

function cells(values, y) {
  let x = margin;
  for (let i = 0; i < widths.length; ++i) {
    const text = values[i];
    const at = right[i] ? x + widths[i] - 3 - doc.widthOfString(text) : x + 3;
    doc.text(text, at, y, {lineBreak: false});
    x += widths[i];
  }
}

/// One page a turn of the loop, so that what is drawn is also written.
function draw(page, begin) {
  if (page === pages) return doc.end();
  doc.addPage();
  let y = margin;
  if (page === 0) {
    doc.font('bold').fontSize(18).fillColor('black').text('Orders report', margin, y, {lineBreak: false});
    y += title;
  }
  const shown = rows.slice(begin, begin + (page === 0 ? first : later));
  doc.rect(margin, y, width - 2 * margin, labels).fill('#334d73');
  doc.font('bold').fontSize(8).fillColor('white');
  cells(head, y + 3);
  y += labels;
  for (let i = 1 - begin % 2; i < shown.length; i += 2) doc.rect(margin, y + i * row, width - 2 * margin, row);
  doc.fill('#edf0f5');
  doc.font('text').fontSize(8).fillColor('black');
  shown.forEach((values, i) => cells(values, y + i * row + 2));
  const number = `Page ${page + 1} of ${pages}`;
  doc.text(number, width - margin - doc.widthOfString(number), height - margin - 10, {lineBreak: false});
  setImmediate(draw, page + 1, begin + shown.length);
}
draw(0, 0);
