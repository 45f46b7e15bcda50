package portage

import "github.com/surveyd/surveyd/internal/customers"

// partsOf are the parts of records that columns tell.
var partsOf = map[Field]customers.Parts{
	FieldCustomer: customers.PartCustomer, FieldEmail: customers.PartCustomer, FieldTime: customers.PartCreated, FieldEnds: customers.PartEnds,
	FieldOutcome: customers.PartOutcome, FieldCancelled: customers.PartStatus, FieldRenewed: customers.PartRenewed, FieldAmount: customers.PartMoney, FieldAmountMinor: customers.PartMoney,
	FieldRefunded: customers.PartRefunded, FieldRefundedMinor: customers.PartRefunded, FieldStatus: customers.PartStatus, FieldKind: customers.PartKind,
	FieldAgent: customers.PartAgent, FieldPosition: customers.PartPosition, FieldSpans: customers.PartSpans, FieldCount: customers.PartCount,
	FieldTrial: customers.PartFlag, FieldExcluded: customers.PartFlag,
}

// untold are the parts that no column of a file tells: of records that are known they stay.
func (im *FeedImport) untold(columns []column) (parts customers.Parts) {
	for _, part := range partsOf {
		parts |= part
	}
	for _, c := range columns {
		parts &^= partsOf[c.field]
	}
	if !im.Options.At.IsZero() {
		parts &^= customers.PartCreated
	}
	return parts
}
