"""A plan folder as a spreadsheet file (XLSX) and back: nothing is lost, and every fault is named by sheet, row and column."""
