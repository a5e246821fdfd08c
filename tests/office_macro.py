"""LibreOffice fills cells as a person does: a Basic macro in its profile types, or chooses where a cell has a list.

Basic comes with LibreOffice; its Python bridge is a package of its own that not every computer has.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

__all__ = ["Cell", "fill_forms"]

Cell = tuple[int, str, str]
"""The number of a sheet, from 0, the name of a cell on it, and what to enter."""
_DTD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE {0}:{1} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">
"""
_LIBRARIES = """<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple"
  library:link="false"/>
</library:libraries>
"""
_LIBRARY = """<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false">
 <library:element library:name="Forms"/>
</library:library>
"""
_MODULE = """<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Forms" script:language="StarBasic">
{}</script:module>
"""
_BASIC = """\
Dim Wrong As String

Function Property(name As String, value) As com.sun.star.beans.PropertyValue
  Dim made As New com.sun.star.beans.PropertyValue
  made.Name = name
  made.Value = value
  Property = made
End Function

Sub Enter(doc, place As Integer, name As String, text As String)
  Dim cell, area, parts, row, found
  cell = doc.Sheets.getByIndex(place).getCellRangeByName(name)
  If cell.Validation.Type <> com.sun.star.sheet.ValidationType.LIST Then
    cell.String = text
    Exit Sub
  End If
  parts = Split(Join(Split(Join(Split(cell.Validation.getFormula1(), "$"), ""), "!"), "."), ".")
  area = doc.Sheets.getByName(parts(0)).getCellRangeByName(parts(1))
  For row = 0 To area.Rows.Count - 1
    If area.getCellByPosition(0, row).String = text Then
      cell.String = area.getCellByPosition(0, row).String
      found = True
    End If
  Next
  If Not found Then Wrong = Wrong & name & " has no choice " & text & Chr(10)
End Sub

Sub Fill(work As String)
  Dim files, lines, doc, fields, done
  files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  On Error Goto Failed
  lines = CreateUnoService("com.sun.star.io.TextInputStream")
  lines.setInputStream(files.openFileRead(work))
  lines.setEncoding("UTF-8")
  Do While Not lines.isEOF()
    fields = Split(lines.readLine(), Chr(9))
    If UBound(fields) = 2 Then
      Select Case fields(0)
        Case "open"
          doc = StarDesktop.loadComponentFromURL(fields(1), "_blank", 0, Array(Property("Hidden", True)))
        Case "save"
          doc.storeToURL(fields(1), Array(Property("FilterName", "Calc MS Excel 2007 XML")))
          doc.close(True)
        Case Else
          Enter(doc, CInt(fields(0)), fields(1), Join(Split(fields(2), Chr(11)), Chr(10)))
      End Select
    End If
  Loop
  Goto Finished
Failed:
  Wrong = Wrong & Join(fields, " ") & ": " & Error$ & " in line " & Erl
Finished:
  If Wrong <> "" Then
    done = CreateUnoService("com.sun.star.io.TextOutputStream")
    done.setOutputStream(files.openFileWrite(work & ".failed"))
    done.writeString(Wrong)
    done.closeOutput()
  End If
  StarDesktop.terminate()
End Sub
"""


def fill_forms(soffice: str, profile: Path, forms: Mapping[Path, tuple[Path, Sequence[Cell]]]) -> None:
    """Open each of *forms* in LibreOffice, enter cells, and save it as XLSX under another name.

    *profile* has been used before: at its first start LibreOffice puts a macro library of its own there.
    """
    basic = profile / "user" / "basic"
    (basic / "script.xlc").write_text(_DTD.format("library", "libraries") + _LIBRARIES)
    (basic / "Standard" / "script.xlb").write_text(_DTD.format("library", "library") + _LIBRARY)
    (basic / "Standard" / "Forms.xba").write_text(_DTD.format("script", "module") + _MODULE.format(escape(_BASIC)))
    lines = []
    for source, (target, cells) in forms.items():
        lines.append(f"open\t{source.as_uri()}\t")
        lines += ["\t".join((str(sheet), name, text.replace("\n", "\v"))) for sheet, name, text in cells]
        lines.append(f"save\t{target.as_uri()}\t")
    work = profile / "work.txt"
    work.write_text("\n".join(lines) + "\n", encoding="utf-8")
    macro = f"macro:///Standard.Forms.Fill({work.as_uri()})"
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", macro]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    failed = Path(f"{work}.failed")
    assert not failed.exists(), failed.read_text(encoding="utf-8")
