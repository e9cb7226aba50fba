"""The words of faults of workbooks and of errors about which plan is meant; part of `web.messages`, kept apart for its length."""

from __future__ import annotations

from web.words import N_

PLAN_SENTENCES = {
    "workbook.unreadable": N_(
        "“%(value)s” is no workbook that can be read. Save it once more in the spreadsheet as “Excel workbook (.xlsx)”, without a password."
    ),
    "workbook.too-large": N_(
        "Unpacked, the workbook comes to %(value)s MiB; at most %(limit)s can be read (setting ITDA_WORKBOOK_MIB). Delete sheets and pictures that do not belong to the plan."
    ),
    "workbook.missing-sheet": N_(
        "The workbook has no sheet “%(value)s”. Give the sheet this name again, or take it from a workbook written by “itda export --xlsx”."
    ),
    "workbook.unknown-sheet": N_(
        "The sheet “%(value)s” belongs to no table. Name it in the list of tables, or, if it is only a note, let its name begin with ~."
    ),
    "workbook.hidden-sheet": N_("The sheet “%(value)s” is hidden, so nobody sees what would be taken over. Show it, or delete it."),
    "workbook.hidden-row": N_(
        "Row %(value)s is hidden or filtered away, so nobody sees what would be taken over. Show all rows, or delete it."
    ),
    "workbook.hidden-column": N_("Column %(value)s is hidden, so nobody sees what would be taken over. Show it, or delete it."),
    "workbook.merged": N_("These cells are merged, so it is not clear which row the text belongs to. Unmerge them and fill in each row."),
    "workbook.formula": N_("A formula (%(value)s) stands here. Write the text or number itself: copy the cell and paste it as a value."),
    "workbook.error-cell": N_("The spreadsheet shows the error %(value)s here. Write what the plan says."),
    "workbook.date": N_(
        "The spreadsheet made a date or time (%(value)s) of what was typed. Set the cell's format to “Text” and type it once more."
    ),
    "workbook.not-exact": N_(
        "The spreadsheet no longer holds this number (%(value)s) exactly. Set the cell's format to “Text” and type it once more."
    ),
    "workbook.no-header": N_("The sheet has no header. Its first row holds the names of its columns, beginning with “%(value)s”."),
    "workbook.missing-column": N_("The column “%(value)s” is missing. Add it to the first row; its cells may stay empty."),
    "workbook.unknown-column": N_("There is no column called “%(value)s”. Correct its name in the first row, or delete it."),
    "workbook.double-column": N_("The column “%(value)s” is there twice (first at %(first)s). Delete or rename one."),
    "workbook.no-column": N_("“%(value)s” stands outside the columns of the first row. Move it, or delete it."),
    "workbook.needed": N_("“%(value)s” is empty in this row. Fill it in, or delete the row."),
    "workbook.duplicate": N_(
        "“%(value)s” is there twice (first at %(first)s). Give one of them another name; to add to a thing declared elsewhere, number the additions 1, 2 …"
    ),
    "workbook.unknown-owner": N_("No row is called “%(value)s”. Add the row it belongs to, or correct the name."),
    "workbook.bad-file": N_("“%(value)s” cannot be the name of a file of entries. Write one like programs.yaml or tasks/1-2.yaml."),
    "workbook.bad-number": N_("“%(value)s” cannot be the number of a part. Write 1, and 1.1, 1.2 for what is within it."),
    "workbook.same-number": N_(
        "This thing has a part with the number “%(value)s” already (at %(first)s). Give one of them another number."
    ),
    "workbook.no-whole": N_(
        "“%(value)s” is to be within “%(whole)s”, but this sheet has no such part of this thing. Add it, or correct the number."
    ),
    "workbook.no-part": N_("This thing has no part “%(value)s”. Write the name of the sheet and the number, with a space between them."),
    "workbook.empty-part": N_("This row of “%(value)s” says nothing. Fill it in, or delete it."),
    "workbook.one-plan": N_("This sheet has exactly one row below its header: the plan of this workbook."),
    "workbook.bad-table": N_(
        "“%(value)s” cannot name a table, or names one already listed. Use letters, digits and hyphens, each name once."
    ),
    "workbook.no-such-sheet": N_("The workbook has no sheet “%(value)s” with the table's figures. Correct the name, or add the sheet."),
    "workbook.no-such-table": N_("“%(value)s” is no table of the list of tables. Add it there, or correct the name."),
    "workbook.other-plan": N_(
        "The workbook is of the plan “%(value)s”, not of “%(expected)s”. Choose the other workbook, or the other plan."
    ),
    "workbook.would-remove": N_(
        "%(count)s things of the plan are not in the workbook and would be lost: %(value)s. Put them back, or say that they are to go: itda import --remove …"
    ),
    "plans.not-found": N_("There is no plan “%(value)s”. There are: %(known)s. Start one with: itda new plan AREA/YEAR"),
    "plans.which": N_("Say which plan is meant, such as --plan 11410/2022. There are: %(known)s"),
    "plans.bad-form": N_("“%(value)s” names no plan. Write the area's code and the year, such as 11410/2022."),
    "plans.bad-area": N_(
        "“%(value)s” is no code of an area. Write the first five digits of the standard administrative code (11410), or the two of a province (11)."
    ),
    "plans.bad-year": N_("“%(value)s” is no year of a plan. Write four digits from %(first)s to %(last)s."),
    "plans.name-needed": N_("The name of the area %(value)s is not known yet. Say it: itda new plan … --name 가온구"),
    "plans.bad-name": N_("“%(value)s” cannot be the name of an area. Use letters, digits, spaces, hyphens and brackets."),
    "plans.exists": N_("The plan “%(value)s” is there already, in the folder “%(folder)s”. Nothing was changed."),
}
