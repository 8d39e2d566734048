#!/usr/bin/python3
"""reportlab, each cell drawn on the canvas. Usage: reportlab_canvas.py IN.csv OUT.pdf"""
import csv
import sys
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

DEJAVU = "/usr/share/fonts/truetype/dejavu/"
WIDTH, HEIGHT, MARGIN = 841.89, 595.28, 36
ROW, LABELS, SIZE, TITLE = 12, 14, 8, 40
WIDTHS = (64, 60, 150, 90, 190, 52, 72, 91)
RIGHT = (True, False, False, False, False, True, True, True)


def cells(canvas, row, baseline):
    x = MARGIN
    for text, width, right in zip(row, WIDTHS, RIGHT):
        if right:
            canvas.drawRightString(x + width - 3, baseline, text)
        else:
            canvas.drawString(x + 3, baseline, text)
        x += width


def main():
    pdfmetrics.registerFont(TTFont("text", DEJAVU + "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("bold", DEJAVU + "DejaVuSans-Bold.ttf"))
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        labels, *rows = csv.reader(file)
    room = HEIGHT - 2 * MARGIN - LABELS - 16
    first, later = int((room - TITLE) // ROW), int(room // ROW)
    pages = 1 + max(0, -(-(len(rows) - first) // later))
    canvas = Canvas(sys.argv[2], pagesize=(WIDTH, HEIGHT), pageCompression=1)
    canvas.setTitle("Orders report")
    begin = 0
    for page in range(pages):
        y = HEIGHT - MARGIN
        if page == 0:
            canvas.setFont("bold", 18)
            canvas.drawString(MARGIN, y - 18, "Orders report")
            y -= TITLE
        shown = rows[begin:begin + (first if page == 0 else later)]
        canvas.setFillColorRGB(.2, .3, .45)
        canvas.rect(MARGIN, y - LABELS, WIDTH - 2 * MARGIN, LABELS, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.setFont("bold", SIZE)
        cells(canvas, labels, y - 10)
        y -= LABELS
        canvas.setFillColorRGB(.93, .94, .96)
        for i in range(1 - begin % 2, len(shown), 2):
            canvas.rect(MARGIN, y - (i + 1) * ROW, WIDTH - 2 * MARGIN, ROW, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont("text", SIZE)
        for i, row in enumerate(shown):
            cells(canvas, row, y - i * ROW - 9)
        canvas.drawRightString(WIDTH - MARGIN, MARGIN + 2, f"Page {page + 1} of {pages}")
        canvas.showPage()
        begin += len(shown)
    canvas.save()


main()
