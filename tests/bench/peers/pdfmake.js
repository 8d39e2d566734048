// pdfmake, one table with a repeated header row. Usage: pdfmake.js IN.csv OUT.pdf
'use strict';
const fs = require('fs');
const PdfPrinter = require('pdfmake');

const dejavu = '/usr/share/fonts/truetype/dejavu/';
const right = [true, false, false, false, false, true, true, true];
const cells = (line, style) =>
  line.split(',').map((text, i) => ({text, alignment: right[i] ? 'right' : 'left', noWrap: true, ...style}));

const [head, ...rows] = fs.readFileSync(process.argv[2], 'utf8').trimEnd().split('\n');
const printer = new PdfPrinter({text: {normal: dejavu + 'DejaVuSans.ttf', bold: dejavu + 'DejaVuSans-Bold.ttf'}});
const doc = printer.createPdfKitDocument({
  info: {title: 'Orders report'},
  pageSize: 'A4',
  pageOrientation: 'landscape',
  pageMargins: 36,
  defaultStyle: {font: 'text', fontSize: 8},
  content: [
    {text: 'Orders report', bold: true, fontSize: 18, margin: [0, 0, 0, 16]},
    {
      layout: {
        hLineWidth: () => 0,
        vLineWidth: () => 0,
        paddingTop: () => 1,
        paddingBottom: () => 1,
        fillColor: (i) => (i === 0 ? '#334d73' : i % 2 ? null : '#edf0f5'),
      },
      table: {
        headerRows: 1,
        widths: [56, 52, 142, 82, 182, 44, 64, 83],
        body: [cells(head, {bold: true, color: 'white'}), ...rows.map((line) => cells(line))],
      },
    },
  ],
  footer: (page, pages) => ({text: `Page ${page} of ${pages}`, alignment: 'right', margin: [36, 4]}),
});
doc.pipe(fs.createWriteStream(process.argv[3]));
doc.end();
