#!/usr/bin/python3
"""reportlab's own flowing table (platypus.LongTable). Usage: reportlab_longtable.py IN.csv OUT.pdf"""
import csv
import sys
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

DEJAVU = "/usr/share/fonts/truetype/dejavu/"
WIDTH, HEIGHT, MARGIN = 841.89, 595.28, 36


class CountedCanvas(Canvas):
    """Keeps the pages until their number is known: reportlab's own recipe."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.kept = []

    def showPage(self):
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        for number, page in enumerate(self.kept, 1):
            self.__dict__.update(page)
            self.setFont("text", 8)
            self.drawRightString(WIDTH - MARGIN, MARGIN - 12, f"Page {number} of {len(self.kept)}")
            super().showPage()
        super().save()


def main():
    pdfmetrics.registerFont(TTFont("text", DEJAVU + "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("bold", DEJAVU + "DejaVuSans-Bold.ttf"))
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    table = LongTable(rows, colWidths=(64, 60, 150, 90, 190, 52, 72, 91), rowHeights=[14] + [12] * (len(rows) - 1),
                      repeatRows=1)
    table.setStyle([("FONT", (0, 0), (-1, 0), "bold", 8), ("FONT", (0, 1), (-1, -1), "text", 8),
                    ("BACKGROUND", (0, 0), (-1, 0), colors.Color(.2, .3, .45)), ("TEXTCOLOR", (0, 0), (-1, 0), colors.white),
                    ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.Color(.93, .94, .96)]),
                    ("ALIGN", (0, 0), (0, -1), "RIGHT"), ("ALIGN", (5, 0), (7, -1), "RIGHT"),
                    ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
                    ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3)])
    title = Paragraph("Orders report", ParagraphStyle("title", fontName="bold", fontSize=18, leading=24, spaceAfter=16))
    SimpleDocTemplate(sys.argv[2], pagesize=(WIDTH, HEIGHT), title="Orders report", pageCompression=1, leftMargin=MARGIN,
                      rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN).build([title, table],
                                                                                      canvasmaker=CountedCanvas)


main()
